package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of a real engine at every step from a repository to traffic. Whatever fails, the version before answers, the
 * record ends in the right state, and of what failed no resource, folder or process is left.
 */
@Tag(Tags.KILLS)
class DeliveryFaultTest {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String DRIVER = "org.platformforge.driver.process.cfg";
    private static final Path DISTRIBUTION = Path.of(System.getProperty("forge.distribution"));
    private static final Path INSTANCE = Path.of(System.getProperty("forge.instance"));
    private static final String ORIGIN = "https://github.com/faults/";
    private static final List<String> ENDED = List.of("active", "failed", "cancelled");
    /** The build's own end, or the engine's when it has no room left for what it keeps itself. */
    private static final String NO_SPACE = "BUILD_FAILED|HOST_FAILURE";
    /** Fills every disk that the test gives it, and makes nothing of it where there is room. */
    private static final String FILL = "echo filling; exec head -c 400000000 /dev/zero >fill";

    private static final String APP = """
            import os, time
            from http.server import BaseHTTPRequestHandler, HTTPServer

            VERSION = open('VERSION').read().strip()


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(VERSION)))
                    self.end_headers()
                    self.wfile.write(VERSION.encode())

                def log_message(self, *arguments):
                    pass


            while VERSION == 'deaf':
                time.sleep(1)
            HTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
            """;

    private final Platform platform =
            Platform.shortLived(DISTRIBUTION, INSTANCE.resolveSibling("delivery-faults"), Map.of());
    private final Path apps = platform.data().resolve("apps");
    private Account account;
    private GitRepository repository;
    private boolean small;

    @TempDir
    Path temporary;

    @BeforeEach
    void startOnASmallDisk() throws Exception {
        Path driver = platform.config().resolve(DRIVER);
        Files.writeString(
                driver,
                Files.readString(driver)
                        .replaceFirst(
                                "(?m)^repository.mirrors =.*$",
                                "repository.mirrors = " + ORIGIN + "=" + temporary + "/"));
        Files.createDirectory(
                platform.data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectory(apps);
        small = mounted("mount", "-t", "tmpfs", "-o", "size=48m,mode=755", "tmpfs", apps.toString());
        repository = new GitRepository(temporary.resolve("shop"));
        release("v1", "true");
        platform.start();
        account = Account.register(platform);
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
        if (small) {
            assertThat(mounted("umount", "-l", apps.toString())).isTrue();
        }
    }

    /** @return whether it may be done here: in many containers it may not */
    private static boolean mounted(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private void release(String version, String build) {
        repository.release(
                version,
                Map.of(
                        "app.py", APP,
                        "VERSION", version,
                        "build.sh", build));
    }

    @Test
    void keepsWhatServesWhateverFails(TestReporter reporter) {
        create();
        String first = deployed("v1");
        assertThat(get(first).json().path("status").asText())
                .as(get(first).toString())
                .isEqualTo("active");
        Set<String> before = settled(2);

        release("fails", "echo no compiler; exit 3");
        fails("fails", "BUILD_FAILED", "exit code 3");
        release("hangs", "exec sleep 600");
        fails("hangs", "BUILD_TIMEOUT", "longer than 10 s");
        release("deaf", "true");
        fails("deaf", "PROBE_TIMEOUT", "Not ready after 10 s");
        if (small) {
            release("full", FILL);
            fails("full", NO_SPACE, "No space left on device");
        } else {
            reporter.publishEntry("full disk", "not tried: file systems cannot be mounted here");
        }
        assertThat(left()).isEqualTo(before);

        Answer removal = platform.http().delete("/api/v1/services/shop/environments/staging", account.bearer());
        assertThat(removal.status()).as(removal.toString()).isEqualTo(202);
        await().atMost(WITHIN).untilAsserted(() -> assertThat(left()).isEmpty());
        assertThat(new Processes(platform).all()).isEmpty();
    }

    private void create() {
        Answer environment = post("/api/v1/environments", """
                {"name": "staging", "type": "staging", "cluster": "c", "namespace": "n",
                 "config": {"auto_deploy": true, "resource_limits": {"cpu": "10", "memory": "20Gi"}}}""");
        assertThat(environment.status()).as(environment.toString()).isEqualTo(201);
        Answer service = post("/api/v1/services", """
                {"id": "shop", "name": "Shop", "owner": "Team", "endpoints": ["/"], "dependencies": [],
                 "repository": "%sshop", "build": {"commands": ["sh build.sh"], "timeout_seconds": 10},
                 "run": {"start": "exec python3 app.py", "probe_path": "/", "start_timeout_seconds": 10}}""".formatted(ORIGIN));
        assertThat(service.status()).as(service.toString()).isEqualTo(201);
    }

    private void fails(String version, String code, String message) {
        JsonNode failed = get(deployed(version)).json();
        assertThat(failed.path("status").asText()).as(failed.toString()).isEqualTo("failed");
        assertThat(failed.path("error").path("code").asText())
                .as(failed.toString())
                .matches(code);
        assertThat(failed.path("error").path("message").asText()).contains(message);
        assertThat(answer()).isEqualTo("v1");
    }

    private String deployed(String version) {
        Answer accepted = post("/api/v1/services/shop/deploy", """
                {"environment": "staging", "version": "%s",
                 "config": {"replicas": 1, "resources": {"cpu": "1", "memory": "256Mi"}, "observe_seconds": 0}}""".formatted(version));
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        String release =
                "/api/v1/services/shop/releases/" + accepted.json().path("id").asText();
        ended(release, ENDED);
        return release;
    }

    private JsonNode ended(String path, List<String> ends) {
        await().atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> ends.contains(get(path).json().path("status").asText()));
        return get(path).json();
    }

    private String answer() {
        return visit(get("/api/v1/services/shop")
                .json()
                .path("deployments")
                .path(0)
                .path("url")
                .asText());
    }

    private String visit(String url) {
        return platform.http().get("/", "Host", URI.create(url).getAuthority()).text();
    }

    private List<String> resources() {
        return get("/api/v1/resources?limit=100").json().path("resources").findValuesAsText("id");
    }

    /** Resources, and folders of the engine. */
    private Set<String> left() {
        Set<String> left = new TreeSet<>(resources());
        try (Stream<Path> folders = Files.list(apps)) {
            left.addAll(folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.startsWith("res-"))
                    .collect(Collectors.toSet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return left;
    }

    /** Once the instances of releases before are gone, which are removed after the new one serves. */
    private Set<String> settled(int count) {
        await().atMost(WITHIN).untilAsserted(() -> assertThat(left()).hasSize(count));
        return left();
    }

    private Answer get(String path) {
        return platform.http().get(path, account.bearer());
    }

    private Answer post(String path, String json) {
        return platform.http().post(path, json, account.bearer());
    }
}
