package org.platformforge.driver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pod does before its application starts, done by this host's own sh, curl, sha256sum and tar. */
class FetchScriptTest {
    private HttpServer platform;
    private byte[] archive;
    private Path work;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        for (String tool : List.of("curl", "sha256sum", "tar", "mktemp")) {
            Assumptions.assumeTrue(onPath(tool), "this host has no " + tool);
        }
        Path files = Files.createDirectories(folder.resolve("files/bin"));
        Files.writeString(files.resolve("server.js"), "hello");
        Path tar = folder.resolve("files.tar");
        assertThat(run(
                        Map.of(),
                        "tar",
                        "-cf",
                        tar.toString(),
                        "-C",
                        folder.resolve("files").toString(),
                        "."))
                .isZero();
        archive = Files.readAllBytes(tar);
        work = Files.createDirectories(folder.resolve("work"));
        Files.createDirectories(folder.resolve("tmp"));
        platform = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        platform.createContext(ArtifactAccess.PATH, exchange -> {
            boolean known = "the.token".equals(exchange.getRequestHeaders().getFirst(ArtifactAccess.HEADER));
            exchange.sendResponseHeaders(known ? 200 : 401, known ? archive.length : -1);
            if (known) {
                exchange.getResponseBody().write(archive);
            }
            exchange.close();
        });
        platform.start();
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    @AfterEach
    void stop() {
        if (platform != null) {
            platform.stop(0);
        }
    }

    private int fetch(String token, String sha256) throws IOException, InterruptedException {
        return run(
                Map.of(
                        "FORGE_URL",
                        "http://127.0.0.1:" + platform.getAddress().getPort() + ArtifactAccess.PATH,
                        "FORGE_TOKEN",
                        token,
                        "FORGE_SHA256",
                        sha256,
                        "TMPDIR",
                        folder.resolve("tmp").toString()),
                "/bin/sh",
                "-c",
                Pods.script("fetch.sh"),
                "fetch",
                work.toString());
    }

    private int run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String sha256() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    }

    private void assertNothingUnpacked() throws IOException {
        try (Stream<Path> there = Files.list(work)) {
            assertThat(there).isEmpty();
        }
        try (Stream<Path> there = Files.list(folder.resolve("tmp"))) {
            assertThat(there).isEmpty();
        }
    }

    @Test
    void unpacksTheFiles() throws Exception {
        assertThat(fetch("the.token", sha256())).isZero();

        assertThat(work.resolve("app/bin/server.js")).hasContent("hello");
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
        assertThat(Files.readString(folder.resolve("output"), StandardCharsets.UTF_8))
                .isEmpty();
    }

    @Test
    void unpacksNothingThatIsNotWhatWasAskedFor() throws Exception {
        assertThat(fetch("the.token", "0".repeat(64))).isNotZero();
        assertNothingUnpacked();
    }

    @Test
    void saysWhyItWasRefused() throws Exception {
        assertThat(fetch("another.token", sha256())).isNotZero();

        assertNothingUnpacked();
        assertThat(Files.readString(folder.resolve("output"), StandardCharsets.UTF_8))
                .contains("401")
                .doesNotContain("another.token");
    }
}
