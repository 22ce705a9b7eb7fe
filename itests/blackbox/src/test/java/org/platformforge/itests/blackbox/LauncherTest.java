package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code bin/forge} promises to whoever sits at a terminal, and the archive of classes that makes starts fast. */
@Order(2)
@Tag(Tags.ANY_DATABASE)
class LauncherTest {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("forge.distribution"));
    private static final Path INSTANCE = Path.of(System.getProperty("forge.instance"));
    private static final Duration WITHIN = Duration.ofSeconds(120);

    @Test
    void printsWhatWorksStopsByCtrlCAndStartsFromItsClassArchive() throws IOException, InterruptedException {
        Map<String, String> generated = Map.of("FORGE_ADMIN_EMAIL", "", "FORGE_ADMIN_PASSWORD", "");
        try (Platform platform = new Platform(DISTRIBUTION, INSTANCE.resolveSibling("launcher"), generated)) {
            Path printed = INSTANCE.resolveSibling("launcher.out");
            Process forge = platform.foreground(printed);
            await().atMost(WITHIN).until(() -> Files.readString(printed).contains(".localhost:" + platform.httpPort()));
            tryPrintedLines(platform, printed);
            assertThat(archives(platform)).isEmpty();

            new ProcessBuilder("kill", "-INT", "--", "-" + forge.pid()).start().waitFor();

            assertThat(forge.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(forge.exitValue()).as(Files.readString(printed)).isZero();
            assertThat(platform.forge("status").exitCode()).isEqualTo(3);
            assertThat(printed).content().doesNotContainIgnoringCase("warn");
            Path archive = archives(platform).get(0);

            startsQuietly(platform);
            Path maps = Path.of("/proc/" + platform.pid() + "/maps");
            if (Files.exists(maps)) {
                assertThat(maps).content().contains(archive.getFileName().toString());
            }
            platform.stop();

            Files.delete(archive);
            Files.writeString(archive, "not an archive");
            startsQuietly(platform);
        }
    }

    private static void startsQuietly(Platform platform) {
        platform.start();
        assertThat(platform.data().resolve("log/console.log")).isEmptyFile();
    }

    private static void tryPrintedLines(Platform platform, Path printed) throws IOException, InterruptedException {
        List<String> all = Files.readAllLines(printed);
        List<String> lines = all.subList(all.indexOf("Try it:") + 1, all.size());
        JsonNode credential =
                new ObjectMapper().readTree(Files.readString(platform.data().resolve("bootstrap-admin.json")));
        Apps apps = new Apps(
                platform,
                Account.login(
                        platform,
                        credential.path("email").asText(),
                        credential.path("password").asText()));
        try {
            assertThat(bash(lines.get(0) + "\n" + lines.get(1))).contains("\"provision_id\"");
            await().atMost(WITHIN).until(() -> bash(lines.get(2)).contains("my-app"));
        } finally {
            apps.deleteAll();
        }
    }

    private static List<Path> archives(Platform platform) throws IOException {
        try (Stream<Path> files = Files.list(platform.data().resolve("runtime"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("classes-"))
                    .toList();
        }
    }

    private static String bash(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
