package org.platformforge.extension.maven;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An instance of a distribution with data and a port of its own, on this machine only, without a shell. */
final class LocalPlatform {
    private static final long PATIENCE_SECONDS = 200;
    // The archive of classes is for instances that live longer; -Xshare:auto is the JVM's default and leaves it out.
    private static final String NO_CLASS_ARCHIVE = "-Xshare:auto";

    private final Path home;
    private final Path data;
    private final int port;

    LocalPlatform(Path home, Path data, int port) {
        this.home = home;
        this.data = data;
        this.port = port;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    Path data() {
        return data;
    }

    Path log() {
        return data.resolve("log/platform.log");
    }

    /** Returns when it is ready. @throws IOException with its own words when it is not */
    void start() throws IOException, InterruptedException {
        stop(); // what an earlier run left, when it was killed
        forge("start");
    }

    /** Does nothing when it does not run. */
    void stop() throws IOException, InterruptedException {
        forge("stop");
    }

    private void forge(String command) throws IOException, InterruptedException {
        Files.createDirectories(data.toAbsolutePath().getParent());
        Path output = data.resolveSibling("forge-" + command + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        home.resolve("bin/forge").toAbsolutePath().toString(), command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        String options = environment.getOrDefault("FORGE_JAVA_OPTS", "");
        environment.keySet().removeIf(name -> name.startsWith("FORGE_"));
        environment.putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        environment.putAll(Map.of(
                "FORGE_DATA", data.toAbsolutePath().toString(),
                "FORGE_HTTP_PORT", Integer.toString(port),
                "FORGE_BIND", "127.0.0.1",
                "FORGE_SSH_PORT", "0",
                "FORGE_JAVA_OPTS", (options + " " + NO_CLASS_ARCHIVE).strip()));
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(List.of("bin/forge", command) + " did not return; see " + output);
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    Files.readString(output, StandardCharsets.UTF_8).strip());
        }
    }
}
