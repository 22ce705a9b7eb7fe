package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Apache Karaf as it is delivered, and small bundles besides that register a service each. Not thread-safe. */
final class KarafPeer implements AutoCloseable {
    private static final String SIGN = "bench.sign";
    private static final String GROUP = "bench";
    private static final int LOOKS = 12_000;
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Path home;
    private final Path sign;
    private final Path jdk;
    private Fork process;

    /**
     * @param distribution unpacked; it is copied
     * @param folder made, and must not be there
     */
    KarafPeer(Path distribution, Path folder, Path jdk, int bundles) {
        this.home = folder.resolve("karaf");
        this.sign = folder.resolve("started");
        this.jdk = jdk;
        try {
            copy(distribution, home);
            StringBuilder started = new StringBuilder("\n");
            for (int i = 1; i <= bundles; i++) {
                String name = "small" + i;
                Path jar = home.resolve("system/" + GROUP + "/" + name + "/1.0.0/" + name + "-1.0.0.jar");
                Files.createDirectories(jar.getParent());
                bundle(jar, name, i == bundles ? Last.class : Small.class);
                started.append("mvn\\:" + GROUP + "/" + name + "/1.0.0 = " + (i == bundles ? 91 : 90) + "\n");
            }
            Files.writeString(home.resolve("etc/startup.properties"), started, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void bundle(Path jar, String name, Class<?> activator) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", GROUP + "." + name);
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Bundle-Activator", activator.getName());
        headers.putValue("Import-Package", "org.osgi.framework");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            String path = activator.getName().replace('.', '/') + ".class";
            out.putNextEntry(new ZipEntry(path));
            try (InputStream in = activator.getClassLoader().getResourceAsStream(path)) {
                in.transferTo(out);
            }
        }
    }

    /** Returns when the last of the bundles has started. */
    void start() {
        try {
            Files.deleteIfExists(sign);
            ProcessBuilder builder = new ProcessBuilder(
                            home.resolve("bin/karaf").toString(), "server")
                    .redirectOutput(sign.resolveSibling("output").toFile());
            builder.environment().put("JAVA_HOME", jdk.toString());
            builder.environment().put("EXTRA_JAVA_OPTS", "-D" + SIGN + "=" + sign);
            process = new Fork(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < LOOKS && process.isAlive(); i++) {
            if (Files.exists(sign)) {
                return;
            }
            StartBenchmark.pause(LOOK);
        }
        throw new IllegalStateException("Karaf did not start; see " + sign.resolveSibling("output"));
    }

    /** With the script that has started it. */
    List<Long> pids() {
        return List.of(process.pid());
    }

    double residentMegabytes() {
        return process.tree().stream()
                .mapToDouble(Proc::residentMegabytes)
                .max()
                .orElseThrow();
    }

    void stop() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Of a small bundle. */
    public static final class Small implements BundleActivator {
        @Override
        public void start(BundleContext context) {
            context.registerService(BundleActivator.class, this, null);
        }

        @Override
        public void stop(BundleContext context) {
            // its service goes with it
        }
    }

    /** Of the one that is started after all others, and says so. */
    public static final class Last implements BundleActivator {
        @Override
        public void start(BundleContext context) throws IOException {
            Files.createFile(Path.of(System.getProperty("bench.sign")));
        }

        @Override
        public void stop(BundleContext context) {
            // nothing to be given back
        }
    }
}
