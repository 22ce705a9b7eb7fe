package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import acme.notes.Fixtures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the file is: an answer, within a second of work and 64 MB. */
class BoundsTest {
    private final ExtensionVerifier verifier = new ExtensionVerifier();

    @Test
    void refusesAnArtifactCutOffAnywhere() {
        byte[] good = Bundles.good().bytes();
        for (int length = 0; length < good.length; length++) {
            assertThat(verifier.verify(Hostile.cut(good, length)).accepted())
                    .as("%d of %d bytes", length, good.length)
                    .isFalse();
        }
    }

    @Test
    void answersWhateverByteIsWrong() {
        byte[] good = Bundles.good().bytes();
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThat(verifier.verify(damaged).size()).isEqualTo(good.length);
        }
    }

    /** Behind the checksums: the classes and descriptions themselves are damaged. */
    @Test
    void answersWhateverByteOfAClassIsWrong() {
        byte[] type = Bundles.bytes(Fixtures.Harmless.class);
        String description = Bundles.description("acme.notes.Fixtures$Harmless", "a.B", true);
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = type.clone();
            byte[] xml = description.getBytes(StandardCharsets.UTF_8);
            byte[] yaml = Bundles.YAML.getBytes(StandardCharsets.UTF_8);
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                xml[random.nextInt(xml.length)] = (byte) random.nextInt(256);
                yaml[random.nextInt(yaml.length)] = (byte) random.nextInt(256);
            }
            byte[] bundle = Bundles.empty("acme.notes", "1.2.3")
                    .header("Service-Component", "x.xml")
                    .entry("x.xml", xml)
                    .entry(ExtensionManifest.PATH, yaml)
                    .entry("acme/notes/Fixtures$Harmless.class", damaged)
                    .bytes();
            assertThat(verifier.verify(bundle).size()).isEqualTo(bundle.length);
        }
    }

    @Test
    void staysWithinItsBoundsInAJvmOf64Megabytes(@TempDir Path folder) throws Exception {
        Map<String, byte[]> heavy = heavy();
        for (Map.Entry<String, byte[]> bad : heavy.entrySet()) {
            Files.write(folder.resolve(bad.getKey()), bad.getValue());
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Worker.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        Map<String, String> answers = output.lines()
                .filter(line -> line.split(" ").length == 3)
                .collect(Collectors.toMap(line -> line.split(" ")[0], line -> line.substring(line.indexOf(' ') + 1)));
        assertThat(answers).as(output).hasSameSizeAs(heavy.keySet());
        answers.forEach((name, answer) -> {
            assertThat(answer).as(name).startsWith("refused");
            // half a second on an idle machine; what has no bound takes minutes on any
            assertThat(Long.parseLong(answer.split(" ")[1]))
                    .as(name + ": CPU time in ms")
                    .isLessThan(20_000);
        });
    }

    /** Verifies every file of a folder: a line with the verdict and the CPU time in ms for each. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws IOException {
            ExtensionVerifier verifier = new ExtensionVerifier();
            verifier.verify(Bundles.good().bytes());
            try (var files = Files.list(Path.of(arguments[0]))) {
                for (Path file : files.sorted().toList()) {
                    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                    Verification verification = verifier.verify(file);
                    long millis = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1_000_000;
                    System.out.println(
                            file.getFileName() + (verification.accepted() ? " accepted " : " refused ") + millis);
                }
            }
        }
    }

    private static Map<String, byte[]> heavy() throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("million-entries", Hostile.entries(1_000_000));
        all.put("entries-hidden-from-the-count", Hostile.count(Hostile.entries(60_000), 100));
        all.put("16-megabytes-of-nothing", new byte[Budget.MAX_ARTIFACT]);
        Bundles zeros = Bundles.good();
        for (int i = 0; i < 200; i++) {
            zeros.entry("zeros" + i, new byte[1 << 20]);
        }
        all.put("bomb", zeros.bytes());
        Map<String, byte[]> nested = new LinkedHashMap<>();
        for (int i = 0; i < 10; i++) {
            nested.put(
                    i + ".jar", Bundles.good().entry("zeros", new byte[8 << 20]).bytes());
        }
        all.put("bombs-in-an-archive", Bundles.zip(nested));
        all.put("bundles-of-zeros", Bundles.zip(Map.of("a.jar", new byte[19 << 20], "b.jar", new byte[19 << 20])));
        Bundles calls = Bundles.good();
        for (int i = 0; i < 60; i++) {
            calls.entry("acme/notes/C" + i + ".class", HeavyClasses.calls("acme/notes/C" + i));
        }
        calls.type(Fixtures.Exits.class);
        all.put("calls", calls.bytes());
        Bundles line = Bundles.good().type(Fixtures.Exits.class);
        for (int i = 0; i < 5000; i++) {
            String name = "acme/notes/L" + i;
            line.entry(
                    name + ".class", HeavyClasses.heir(name, i == 0 ? "java/lang/Object" : "acme/notes/L" + (i - 1)));
        }
        all.put("long-line-of-parents", line.bytes());
        Bundles wide = Bundles.good().type(Fixtures.Exits.class);
        for (int i = 0; i < 8; i++) {
            wide.entry("acme/notes/W" + i + ".class", HeavyClasses.interfaces("acme/notes/W" + i, 30_000));
        }
        all.put("many-interfaces", wide.bytes());
        all.put("bootstraps", one("B", HeavyClasses.bootstraps("acme/notes/B")));
        all.put("deep-annotation", one("D", HeavyClasses.deepAnnotation("acme/notes/D")));
        all.put("circular-constant", one("R", HeavyClasses.circularConstant("acme/notes/R")));
        all.put("attribute-of-two-gigabytes", one("A", HeavyClasses.hugeAttribute("acme/notes/A")));
        String component = "<c:component xmlns:c='http://www.osgi.org/xmlns/scr/v1.4.0'/>";
        all.put(
                "components",
                Bundles.good()
                        .header("Service-Component", "x.xml,x.xml,x.xml")
                        .entry("x.xml", "<a>" + component.repeat(3900) + "</a>")
                        .bytes());
        all.put(
                "header",
                Bundles.good()
                        .header("Import-Package", "a,".repeat(100_000) + "a")
                        .bytes());
        String keys = IntStream.range(0, 6000).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining());
        all.put("keys", Bundles.good().yaml(Bundles.YAML + keys).bytes());
        String patterns = IntStream.range(0, 90)
                .mapToObj(i -> "k" + i + ": {type: string, pattern: '^(a+)+$', default: " + "a".repeat(40) + "b}")
                .collect(Collectors.joining(", "));
        all.put(
                "patterns",
                Bundles.good()
                        .yaml(Bundles.YAML + "configuration: {type: object, properties: {" + patterns + "}}\n")
                        .bytes());
        return all;
    }

    private static byte[] one(String name, byte[] type) {
        return Bundles.good()
                .type(Fixtures.Exits.class)
                .entry("acme/notes/" + name + ".class", type)
                .bytes();
    }
}
