package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
    /** Felix prints it, past the log, when its Event Admin is stopped between two events: now and then, and harmless. */
    private static final String EVENT_ADMIN = "WARNING: EventAdmin: Event Task Processing Interrupted.";

    @Test
    void printsWhatWorksStopsByCtrlCAndStartsFromItsClassArchive() throws IOException, InterruptedException {
        Map<String, String> generated =
                Map.of("FORGE_ADMIN_EMAIL", "", "FORGE_ADMIN_PASSWORD", "", "FORGE_STOP_TIMEOUT", "180");
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
            assertThat(Files.readString(printed).replace(EVENT_ADMIN, "")).doesNotContainIgnoringCase("warn");
            Path archive = archives(platform).get(0);

            startsQuietly(platform);
            Path maps = Path.of("/proc/" + platform.pid() + "/maps");
            if (Files.exists(maps)) {
                assertThat(maps).content().contains(archive.getFileName().toString());
            }
            stopsWithoutCuttingARequestOff(platform);

            Files.delete(archive);
            Files.writeString(archive, "not an archive");
            startsQuietly(platform);
        }
    }

    /** Half of a request's body is there when the platform is told to stop, the other half comes when new ones are refused. */
    private static void stopsWithoutCuttingARequestOff(Platform platform) throws IOException {
        Path http = platform.config().resolve("org.platformforge.kernel.http.cfg");
        String shipped = Files.readString(http);
        Files.writeString(http, shipped.replace("stop.timeout = 10", "stop.timeout = 120"));
        byte[] body = Files.readAllBytes(platform.data().resolve("bootstrap-admin.json"));
        try (Socket socket = new Socket("127.0.0.1", platform.httpPort())) {
            socket.setSoTimeout(120_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                                    + body.length + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, 5);
            // answered after it: the one before is under way
            await().atMost(WITHIN)
                    .until(() -> platform.http().get("/health/ready").status() == 200);
            CompletableFuture<Platform.Output> stopped = CompletableFuture.supplyAsync(platform::stop);
            await().atMost(WITHIN)
                    .until(() -> platform.http().get("/api/v1/openapi.json").status() == 503
                            && platform.http().get("/health/ready").status() == 503
                            && platform.http().get("/health/live").status() == 200);
            out.write(body, 5, body.length - 5);

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(stopped.join().text()).contains("Stopped");
        }
        Files.writeString(http, shipped);
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
