package org.platformforge.driver.lxd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;

/**
 * A real LXD server, named by {@code FORGE_LXD_URL} and, in the folder {@code FORGE_LXD_CERTIFICATES}, {@code client.crt},
 * {@code client.key} and {@code server.crt}; its image {@code forge} has Python, and
 * says so ({@code forge.tools}). Without one these tests are skipped.
 */
class LxdServerTest {
    private static final Duration WITHIN = Duration.ofMinutes(2);
    private static final String APP = """
            import os
            from http.server import BaseHTTPRequestHandler, HTTPServer


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    body = (open('built').read() + os.environ['GREETING']).encode()
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)


            print('begins', flush=True)
            HTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
            """;

    private final String id = "res-" + UUID.randomUUID().toString().replace("-", "");
    private final Fixtures.Lines progress = new Fixtures.Lines();

    @TempDir
    Path folder;

    private FolderArtifacts artifacts;
    private LxdDriver driver;

    @BeforeEach
    void connect() throws Exception {
        String url = System.getenv("FORGE_LXD_URL");
        String why = System.getenv().getOrDefault("FORGE_LXD_MISSING", "FORGE_LXD_URL names no LXD server");
        Assumptions.assumeTrue(url != null && !url.isEmpty(), why);
        Path certificates = Path.of(System.getenv("FORGE_LXD_CERTIFICATES"));
        Map<String, Object> values = new HashMap<>();
        values.put("url", url);
        values.put("client_certificate", certificates.resolve("client.crt").toString());
        values.put("client_key", certificates.resolve("client.key").toString());
        values.put("server_certificate", certificates.resolve("server.crt").toString());
        values.put("image", "forge");
        artifacts = new FolderArtifacts(folder.resolve("artifacts"));
        driver = Fixtures.driver(values, artifacts);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        if (driver != null) {
            driver.delete(id, progress);
            driver.delete(id + "b", progress);
            assertThat(driver.inventory()).isEmpty();
        }
    }

    @Test
    void buildsRunsAndRemovesAnApplication() throws Exception {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("app.py"), APP);
        Observation built = driver.apply(
                Fixtures.spec(
                        id + "b",
                        "build",
                        Map.of(
                                "source",
                                packed(source),
                                "commands",
                                List.of("echo from the build", "printf hello >built"),
                                "memory",
                                "256Mi")),
                progress);
        assertThat(progress.lines).anyMatch(line -> line.contains("from the build"));
        driver.delete(id + "b", progress);

        Observation made = driver.apply(
                Fixtures.spec(
                        id,
                        "application",
                        Map.of(
                                "artifact",
                                built.outputs().get("artifact"),
                                "start_command",
                                "exec python3 app.py",
                                "env",
                                Map.of("GREETING", " you"),
                                "cpu",
                                "500m",
                                "memory",
                                "128Mi")),
                progress);

        assertThat(made.state()).isEqualTo(State.RUNNING);
        assertThat(made.facts()).containsKeys("limits.cpu", "limits.memory", "isolation", "supervision");
        assertThat(get(made)).isEqualTo("hello you");
        await().atMost(WITHIN).until(() -> driver.logs(id, 10).contains("begins"));
        assertThat(driver.usage(id).orElseThrow().memoryLimitBytes()).isEqualTo(128L << 20);
        assertThat(driver.inventory()).hasSize(1);

        driver.delete(id, progress);

        assertThat(driver.observe(id)).isEmpty();
        assertThat(progress.lines).anyMatch(line -> line.contains("begins"));
        assertThatThrownBy(() -> get(made)).isInstanceOf(java.io.IOException.class);
    }

    @Test
    void asksTheImageForItsTools() {
        Map<String, Object> properties = Map.of(
                "source",
                "sha256:" + "0".repeat(64),
                "commands",
                List.of("true"),
                "tools",
                List.of(Map.of("command", "python3", "version", "3.8"), Map.of("command", "no-such-tool")));
        List<String> missing = driver.check(Fixtures.spec(id, "build", properties)).stream()
                .map(problem -> problem.message())
                .toList();
        assertThat(missing).containsExactly("no-such-tool is missing (image forge)");
    }

    @Test
    void tellsWhyAnApplicationDoesNotStartAndLeavesNothing() throws Exception {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("app.sh"), "echo my own words; exit 3");
        assertThatThrownBy(() -> driver.apply(
                        Fixtures.spec(
                                id,
                                "application",
                                Map.of("artifact", packed(source), "start_command", "sh app.sh", "memory", "128Mi")),
                        progress))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("my own words");
    }

    @Test
    void passesOnWhyAVirtualMachineCannotBe() throws Exception {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("app.py"), APP);
        try {
            Observation made = driver.apply(
                    Fixtures.spec(
                            id,
                            "application",
                            Map.of(
                                    "artifact",
                                    packed(source),
                                    "start_command",
                                    "exec python3 app.py",
                                    "instance_type",
                                    "vm",
                                    "memory",
                                    "512Mi")),
                    progress);
            assertThat(made.facts().get("isolation")).contains("virtual machine");
        } catch (DriverException e) {
            // this host has no virtual machines, or the image is none: LXD's own words
            assertThat(e.getMessage())
                    .containsAnyOf("virtual-machine", "VM", "not operational", "No image", "vsock", "type");
        }
    }

    private String packed(Path source) throws Exception {
        Path archive = folder.resolve(UUID.randomUUID() + ".tar");
        Process tar = new ProcessBuilder("tar", "-cf", archive.toString(), "-C", source.toString(), ".")
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return artifacts.put("ten_a", archive).digest();
    }

    private static String get(Observation made) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + made.outputs().get("address") + "/"))
                .timeout(Duration.ofSeconds(10))
                .build();
        byte[] body = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .build()
                .send(request, HttpResponse.BodyHandlers.ofByteArray())
                .body();
        return new String(body, UTF_8);
    }
}
