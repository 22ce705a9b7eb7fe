package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From a repository to traffic: services of the catalogue, released, replaced under load, taken back. */
@Order(7)
@ExtendWith(PlatformExtension.class)
class DeployTest {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String CANARY = """
            , "strategy": "canary", "analysis": {"steps": [20, 50], "min_requests": 30, "duration_seconds": 1,
              "max_error_rate": 10, "max_error_rate_difference": 5}""";
    private static final String DRIVER = "org.platformforge.driver.process.cfg";
    /** Answers its version; its build has to have run; the version "broken" fails its probe and gives up, "erring" fails all else. */
    private static final String APP = """
            import os
            from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

            VERSION = open('built').read().strip()


            class Handler(BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'

                def do_GET(self):
                    broken = VERSION == 'broken' and self.path == '/healthz'
                    erring = VERSION == 'erring' and self.path != '/healthz'
                    self.send_response(500 if broken or erring else 200)
                    self.send_header('Content-Length', str(len(VERSION)))
                    self.end_headers()
                    self.wfile.write(VERSION.encode())
                    if broken:
                        os._exit(3)

                def log_message(self, *arguments):
                    pass


            class Server(ThreadingHTTPServer):
                request_queue_size = 128


            Server((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
            """;

    private final Platform platform;
    private final Account account;
    /** Of this test alone, and no name server knows it: what is deployed comes from disk, or not at all. */
    private final String host = UUID.randomUUID() + ".invalid";

    private final LiveSettings settings;

    @TempDir
    Path temporary;

    DeployTest(Platform platform) {
        this.platform = platform;
        this.settings = new LiveSettings(platform);
        this.account = Account.register(platform);
    }

    @BeforeEach
    void serveRepositoriesFromDisk() throws IOException {
        GitRepository repository = new GitRepository(temporary.resolve("shop"));
        repository.release("v1", Map.of("app.py", APP, "VERSION", "v1"));
        repository.release("v2", Map.of("VERSION", "v2"));
        repository.release("v3", Map.of("VERSION", "broken"));
        repository.release("v4", Map.of("VERSION", "erring"));
        settings.set(DRIVER, Map.of("repository.mirrors", "https://" + host + "/acme/=" + temporary + "/"));
    }

    @AfterEach
    void takeAllAway() throws IOException {
        Answer removal = platform.http().delete("/api/v1/services/shop/environments/staging", account.bearer());
        assertThat(removal.status()).as(removal.toString()).isIn(202, 404);
        await().atMost(WITHIN).untilAsserted(() -> {
            Answer left = get("/api/v1/resources?limit=100");
            assertThat(left.json().path("resources")).as(left.toString()).isEmpty();
        });
        settings.putBack();
    }

    @Test
    void replacesAReleaseUnderLoadAndTakesABrokenOneBackWithoutAFailedRequest() {
        createEnvironmentAndService();
        JsonNode first = deployed("v1");
        assertThat(first.path("status").asText()).as(first.toString()).isEqualTo("active");
        JsonNode service = get("/api/v1/services/shop").json();
        assertThat(service.path("status").asText()).as(service.toString()).isEqualTo("running");
        assertThat(service.path("version").asText()).isEqualTo("v1");
        assertThat(service.path("instances").asInt()).isEqualTo(3);
        assertThat(service.path("health_score").asInt()).isEqualTo(100);
        String address = URI.create(
                        service.path("deployments").path(0).path("url").asText())
                .getAuthority();

        Set<String> answers = new HashSet<>();
        try (Clients clients = new Clients(8, 5, 200, () -> platform.http().get("/", "Host", address))) {
            JsonNode second = deployed("v2");
            assertThat(second.path("status").asText()).as(second.toString()).isEqualTo("active");
            for (int i = 0; i < 30; i++) {
                answers.add(platform.http().get("/", "Host", address).text());
            }
            JsonNode broken = deployed("v3");
            assertThat(broken.path("status").asText()).as(broken.toString()).isEqualTo("failed");
            assertThat(broken.path("error").path("code").asText())
                    .as(broken.toString())
                    .isEqualTo("PROCESS_ENDED");
            clients.close();
            assertThat(clients.failures()).isEmpty();
            assertThat(clients.successes()).isGreaterThan(100);
        }

        assertThat(answers).containsExactly("v2");
        assertThat(platform.http().get("/", "Host", address).text()).isEqualTo("v2");
        JsonNode releases = get("/api/v1/services/shop/releases").json().path("releases");
        assertThat(releases.findValuesAsText("status")).containsExactly("failed", "active", "superseded");
        awaitThreeInstancesAndARoute();
    }

    @Test
    void withdrawsACanaryThatFailsAndPromotesOneThatDoesNot() {
        createEnvironmentAndService();
        assertThat(deployed("v1").path("status").asText()).isEqualTo("active");
        String address = URI.create(get("/api/v1/services/shop")
                        .json()
                        .path("deployments")
                        .path(0)
                        .path("url")
                        .asText())
                .getAuthority();

        try (Clients clients = new Clients(8, 5, 200, () -> platform.http().get("/", "Host", address))) {
            JsonNode erring = deployed("v4", CANARY);
            assertThat(erring.path("status").asText()).as(erring.toString()).isEqualTo("failed");
            assertThat(erring.path("error").path("code").asText()).isEqualTo("CANARY_FAILED");
            JsonNode step = erring.path("canary").path(0);
            assertThat(erring.path("canary")).hasSize(1);
            assertThat(step.path("verdict").asText()).as(erring.toString()).isEqualTo("withdrawn");
            assertThat(step.path("canary").path("error_rate").asDouble()).isEqualTo(100);
            assertThat(step.path("stable").path("errors").asInt()).isZero();
            clients.close();
            assertThat(clients.failures()).isNotEmpty().allMatch(failure -> failure.contains("erring"));
            assertThat(clients.failures().size()).isLessThan(clients.successes() / 2);
        }
        assertThat(get("/api/v1/services/shop").json().path("version").asText()).isEqualTo("v1");
        awaitThreeInstancesAndARoute();

        try (Clients clients = new Clients(8, 5, 200, () -> platform.http().get("/", "Host", address))) {
            JsonNode good = deployed("v2", CANARY);
            assertThat(good.path("status").asText()).as(good.toString()).isEqualTo("active");
            assertThat(good.path("canary").findValuesAsText("verdict")).containsExactly("promoted", "promoted");
            assertThat(good.path("canary").findValuesAsText("weight")).containsExactly("20", "50");
            clients.close();
            assertThat(clients.failures()).isEmpty();
        }
        assertThat(platform.http().get("/", "Host", address).text()).isEqualTo("v2");
    }

    @Test
    void refusesADeployInAFreezeUntilSomebodyWhoMaySaysWhy() {
        createEnvironmentAndService();
        assertThat(deployed("v1").path("status").asText()).isEqualTo("active");
        String windows = """
                {"type": "staging", "config": {"auto_deploy": true, "freeze_windows": [
                  {"name": "nights", "cron": "0 22 * * *", "duration_minutes": 1, "time_zone": "Europe/Berlin"},
                  {"name": "year-end", "from": "2020-12-20T00:00:00+01:00", "until": "9000-01-03T00:00:00+01:00"}]}}""";
        String[] headers = Arrays.copyOf(account.bearer(), account.bearer().length + 2);
        headers[headers.length - 2] = "Content-Type";
        headers[headers.length - 1] = "application/json";
        Answer frozen = platform.http().send("PUT", "/api/v1/environments/staging", windows, headers);
        assertThat(frozen.status()).as(frozen.toString()).isEqualTo(200);
        assertThat(frozen.json().path("frozen").path("window").asText()).isEqualTo("year-end");

        Answer refused = post("/api/v1/services/shop/deploy", "{\"environment\": \"staging\", \"version\": \"v2\"}");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(refused.errorCode()).isEqualTo("ENVIRONMENT_FROZEN");
        assertThat(refused.text()).contains("'year-end'", "9000-01-02T23:00:00Z");
        Answer overridden = post(
                "/api/v1/services/shop/deploy",
                "{\"environment\": \"staging\", \"version\": \"v2\", \"freeze_override\": \"hot fix 4711\"}");
        assertThat(overridden.status()).as(overridden.toString()).isEqualTo(202);
        ended("/api/v1/services/shop/releases/" + overridden.json().path("id").asText());
        assertThat(get("/api/v1/admin/audit-logs/export").text())
                .contains("release.freeze_override", "hot fix 4711", "year-end");
    }

    @Test
    void judgesACanaryOnAfterThePlatformWasKilled() {
        createEnvironmentAndService();
        assertThat(deployed("v1").path("status").asText()).isEqualTo("active");
        String release = accepted("v2", CANARY);
        await().atMost(WITHIN)
                .until(
                        () -> get(release)
                                .json()
                                .path("canary")
                                .path(0)
                                .path("verdict")
                                .asText(),
                        "watched"::equals);
        String begun =
                get(release).json().path("canary").path(0).path("started_at").asText();

        platform.killNine();
        platform.start();

        String address = URI.create(get("/api/v1/services/shop")
                        .json()
                        .path("deployments")
                        .path(0)
                        .path("url")
                        .asText())
                .getAuthority();
        try (Clients clients = new Clients(8, 5, 200, () -> platform.http().get("/", "Host", address))) {
            JsonNode ended = ended(release);
            assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("active");
            assertThat(ended.path("canary").path(0).path("started_at").asText()).isEqualTo(begun);
            clients.close();
            assertThat(clients.failures()).isEmpty();
        }
    }

    @Test
    void goesOnWithARolloutAfterThePlatformWasKilled() {
        createEnvironmentAndService();
        assertThat(deployed("v1").path("status").asText()).isEqualTo("active");
        String accepted = accepted("v2");

        platform.killNine();
        platform.start();

        JsonNode release = ended(accepted);
        assertThat(release.path("status").asText()).as(release.toString()).isEqualTo("active");
        JsonNode service = get("/api/v1/services/shop").json();
        assertThat(service.path("version").asText()).as(service.toString()).isEqualTo("v2");
        assertThat(service.path("instances").asInt()).isEqualTo(3);
        awaitThreeInstancesAndARoute();
    }

    private void awaitThreeInstancesAndARoute() {
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(
                                get("/api/v1/resources?limit=100").json().path("resources"))
                        .hasSize(4));
    }

    private void createEnvironmentAndService() {
        Answer environment = post("/api/v1/environments", """
                {"name": "staging", "type": "staging", "cluster": "staging-cluster", "namespace": "staging",
                 "config": {"auto_deploy": true, "resource_limits": {"cpu": "10", "memory": "20Gi"}}}""");
        assertThat(environment.status()).as(environment.toString()).isEqualTo(201);
        Answer service = post("/api/v1/services", """
                {"id": "shop", "name": "Shop", "owner": "Backend Team", "endpoints": ["/"], "dependencies": ["mailer"],
                 "repository": "https://%s/acme/shop",
                 "build": {"commands": ["cp VERSION built"]},
                 "run": {"start": "exec python3 app.py", "probe_path": "/healthz"}}""".formatted(host));
        assertThat(service.status()).as(service.toString()).isEqualTo(201);
        refusesWhatCannotBe();
    }

    private void refusesWhatCannotBe() {
        Answer unknown = post("/api/v1/services/shop/deploy", "{\"environment\": \"invalid\", \"version\": \"v1\"}");
        assertThat(unknown.status()).as(unknown.toString()).isEqualTo(400);
        assertThat(unknown.errorCode()).isEqualTo("VALIDATION_ERROR");
        assertThat(unknown.json()
                        .path("error")
                        .path("details")
                        .path(0)
                        .path("field")
                        .asText())
                .isEqualTo("environment");
        assertThat(unknown.json()
                        .path("error")
                        .path("details")
                        .path(0)
                        .path("message")
                        .asText())
                .isEqualTo("Environment 'invalid' does not exist");
        Answer unjudged = post("/api/v1/services/shop/deploy", """
                {"environment": "staging", "version": "v1", "config": {"replicas": 3,
                 "resources": {"cpu": "500m", "memory": "1Gi"},
                 "strategy": "rolling", "analysis": {"steps": [50, 20], "max_error_rate": 101}}}""");
        assertThat(unjudged.status()).as(unjudged.toString()).isEqualTo(400);
        assertThat(unjudged.json().path("error").path("details").findValuesAsText("field"))
                .isEqualTo(List.of("config.analysis", "config.analysis.steps", "config.analysis.max_error_rate"));
        Answer tooMuch = post("/api/v1/services/shop/deploy", """
                {"environment": "staging", "version": "v1",
                 "config": {"replicas": 3, "resources": {"cpu": "5", "memory": "1Gi"}}}""");
        assertThat(tooMuch.status()).as(tooMuch.toString()).isEqualTo(400);
        assertThat(tooMuch.json().path("error").path("details").findValuesAsText("field"))
                .isEqualTo(List.of("config.resources.cpu"));
    }

    /** Returns when its rollout has ended, well or not. */
    private JsonNode deployed(String version) {
        return deployed(version, "");
    }

    private JsonNode deployed(String version, String more) {
        return ended(accepted(version, more));
    }

    /** Returns with the address of a release that was accepted. */
    private String accepted(String version) {
        return accepted(version, "");
    }

    private String accepted(String version, String more) {
        String order = """
                {"environment": "staging", "version": "%s",
                 "config": {"replicas": 3, "resources": {"cpu": "500m", "memory": "256Mi"}, "observe_seconds": 1 %s}}""".formatted(version, more);
        // the mirror is known a moment after its file was written
        Answer accepted = await().atMost(WITHIN)
                .until(
                        () -> post("/api/v1/services/shop/deploy", order),
                        answer -> !answer.text().contains("its host cannot be found"));
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return "/api/v1/services/shop/releases/" + accepted.json().path("id").asText();
    }

    private JsonNode ended(String release) {
        await().atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> List.of("active", "failed", "cancelled")
                        .contains(get(release).json().path("status").asText()));
        return get(release).json();
    }

    private Answer get(String path) {
        return platform.http().get(path, account.bearer());
    }

    private Answer post(String path, String json) {
        return platform.http().post(path, json, account.bearer());
    }
}
