package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From a push to production: built once, tested, approved, and the same in every environment. */
@Order(7)
@ExtendWith(PlatformExtension.class)
class PipelineTest {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String DRIVER = "org.platformforge.driver.process.cfg";
    private static final String PIPELINE = """
            version: 1
            stages:
              - name: build
                commands:
                  - cp VERSION built
              - name: test
                needs: [build]
                secrets: [EXPECTED]
                reports: ["reports/**/*.xml"]
                commands:
                  - echo "expecting $EXPECTED"
                  - sh check.sh
              - name: deploy
                approval: [production]
                run: {start: exec python3 app.py, probe_path: /}
                observe_seconds: 0
            """;
    private static final String APP = """
            import os
            from http.server import BaseHTTPRequestHandler, HTTPServer


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(open('built').read().strip().encode())

                def log_message(self, *arguments):
                    pass


            HTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
            """;
    private static final String CHECK = """
            mkdir -p reports
            result=
            [ "$(cat built)" = "$EXPECTED" ] || result="<failure message='not $EXPECTED'/>"
            printf '<testsuite><testcase classname="Shop" name="version">%s</testcase>' "$result" > reports/r.xml
            printf '<testcase name="later"><skipped/></testcase></testsuite>' >> reports/r.xml
            [ -z "$result" ]
            """;

    private final Platform platform;
    private final Account account;
    /** Of this test alone, and no name server knows it: what is deployed comes from disk, or not at all. */
    private final String host = UUID.randomUUID() + ".invalid";

    private GitRepository repository;
    private final LiveSettings settings;
    private String pipeline;
    private byte[] secret;

    @TempDir
    Path temporary;

    PipelineTest(Platform platform) {
        this.platform = platform;
        this.settings = new LiveSettings(platform);
        this.account = Account.register(platform);
    }

    @BeforeEach
    void serveRepositoriesFromDisk() throws IOException {
        repository = new GitRepository(temporary.resolve("shop"));
        Files.createDirectories(temporary.resolve("shop/.platformforge"));
        repository.release(
                "v1",
                Map.of(
                        "app.py",
                        APP,
                        "check.sh",
                        CHECK,
                        "VERSION",
                        "release-1",
                        ".platformforge/pipeline.yaml",
                        PIPELINE));
        settings.set(DRIVER, Map.of("repository.mirrors", "https://" + host + "/acme/=" + temporary + "/"));
    }

    @AfterEach
    void takeAllAway() throws IOException {
        for (String environment : List.of("staging", "production")) {
            Answer removal =
                    platform.http().delete("/api/v1/services/shop/environments/" + environment, account.bearer());
            assertThat(removal.status()).as(removal.toString()).isIn(202, 404);
        }
        await().atMost(WITHIN).untilAsserted(() -> {
            Answer left = get("/api/v1/resources?limit=100");
            assertThat(left.json().path("resources")).as(left.toString()).isEmpty();
        });
        settings.putBack();
    }

    @Test
    void bringsAPushToProductionAndStopsWhatFailsItsTests() throws Exception {
        create("release-1");
        refusesForgedPushes();
        String first = pushed();
        JsonNode waiting = become(first, "waiting_approval");
        assertThat(states(waiting))
                .containsExactly("succeeded", "succeeded", "succeeded", "succeeded", "waiting_approval");
        assertThat(answerOf("staging")).isEqualTo("release-1");
        assertThat(waiting.path("stages").path(2).path("tests").path("skipped").asInt())
                .isEqualTo(1);
        accepted(post(first + "/approve", "{\"comment\": \"Looks good\"}"));
        JsonNode done = become(first, "succeeded");
        assertThat(answerOf("production")).isEqualTo("release-1");
        assertSameArtifact(done, first);
        Answer log = get(first + "/logs");
        assertThat(log.text()).contains("expecting ********").doesNotContain("expecting release-1");

        Answer live = platform.http()
                .get(first + "/logs", "Accept", "text/event-stream", account.bearer()[0], account.bearer()[1]);
        assertThat(live.text()).contains("\"stage\":\"test\"").contains("event: end\ndata: {\"status\":\"succeeded\"}");

        repository.release("v2", Map.of("VERSION", "release-2"));
        String second = pushed();
        platform.killNine();
        platform.start();
        JsonNode failed = become(second, "failed");
        assertThat(states(failed)).containsExactly("succeeded", "succeeded", "failed", "not_run", "not_run");
        assertThat(failed.path("error").path("code").asText()).isEqualTo("TESTS_FAILED");
        assertThat(failed.path("error").path("message").asText()).contains("1 of 2 failed: Shop.version");
        Answer report = get(second + "/stages/test/report");
        assertThat(report.json().path("cases").path(0).path("message").asText())
                .as(report.toString())
                .isEqualTo("not ********");
        assertThat(answerOf("staging")).isEqualTo("release-1");

        expect("release-2");
        accepted(platform.http().send("POST", second + "/rerun", null, account.bearer()));
        JsonNode again = become(second, "waiting_approval");
        assertThat(again.path("stages").findValuesAsText("attempts")).containsExactly("1", "1", "2", "1", "0");
        assertThat(answerOf("staging")).isEqualTo("release-2");
        assertShellShows(second.substring(second.lastIndexOf('/') + 1));
        become(second, "rejected");
        assertThat(answerOf("production")).isEqualTo("release-1");
        assertThat(platform.http()
                        .delete("/api/v1/pipelines/" + pipeline, account.bearer())
                        .status())
                .isEqualTo(204);
    }

    @Test
    void runsWhatSaysNothingOfItselfAsItsFramework() throws Exception {
        repository.release("v0", Map.of("built", "release-0"));
        repository.remove(".platformforge/pipeline.yaml");
        create("release-0");

        JsonNode done = become(pushed(), "succeeded");

        assertThat(done.path("stages").findValuesAsText("name"))
                .startsWith("checkout")
                .endsWith("deploy-staging", "deploy-production");
        assertThat(answerOf("production")).isEqualTo("release-0");
    }

    /** The operator looks at the run and refuses it. */
    private void assertShellShows(String run) {
        String in = " --tenant " + account.tenantId() + " ";
        Platform.Output shown =
                platform.shell("pipeline:list" + in + "; pipeline:runs" + in + pipeline + "; pipeline:show" + in
                        + run + "; pipeline:logs" + in + "--stage test " + run + "; pipeline:approve" + in
                        + "--reject --comment Friday " + run);
        assertThat(shown.exitCode()).as(shown.text()).isZero();
        assertThat(shown.text())
                .contains(pipeline, "waiting_approval", "deploy-production", "1 of 2", "expecting ********")
                .contains("Run " + run + " is rejected");
    }

    private static void accepted(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    }

    private String body(String expected) {
        return """
                {"service_name": "shop", "repository": "https://%s/acme/shop", "environments": ["staging", "production"],
                 "secrets": {"EXPECTED": "%s"}}""".formatted(host, expected);
    }

    private void create(String expected) {
        // what was deployed is taken away by the catalogue
        Answer service = post("/api/v1/services", """
                {"id": "shop", "name": "Shop", "owner": "Backend Team", "endpoints": ["/"], "dependencies": [],
                 "repository": "https://%s/acme/shop", "build": {"commands": []},
                 "run": {"start": "exec python3 app.py"}}""".formatted(host));
        assertThat(service.status()).as(service.toString()).isEqualTo(201);
        Answer wrong = post("/api/v1/pipelines", "{\"service_name\": \"A b\", \"repository\": \"\"}");
        assertThat(wrong.status()).as(wrong.toString()).isEqualTo(400);
        assertThat(wrong.errorCode()).isEqualTo("PIPELINE_FAILED");
        // the mirror is known a moment after its file was written
        Answer made = await().atMost(WITHIN)
                .until(
                        () -> post("/api/v1/pipelines", body(expected)),
                        answer -> !answer.text().contains("its host cannot be found"));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        pipeline = made.json().path("pipeline_id").asText();
        secret = made.json().path("webhook_secret").asText().getBytes(StandardCharsets.US_ASCII);
        assertThat(get("/api/v1/pipelines").json().path("pipelines").findValuesAsText("id"))
                .containsExactly(pipeline);
    }

    private void expect(String version) {
        Answer changed =
                platform.http().send("PUT", "/api/v1/pipelines/" + pipeline, body(version), json(account.bearer()));
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(changed.text()).doesNotContain(version);
    }

    private static String[] json(String[] headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return all;
    }

    private String hook() {
        return "/api/v1/pipelines/" + pipeline + "/webhooks/github";
    }

    private void refusesForgedPushes() {
        Answer unsigned = platform.http().post(hook(), "{}", "X-GitHub-Event", "push");
        Answer forged = platform.http()
                .post(hook(), "{}", "X-GitHub-Event", "push", "X-Hub-Signature-256", "sha256=" + "0".repeat(64));
        for (Answer refused : List.of(unsigned, forged)) {
            assertThat(refused.status()).as(refused.toString()).isEqualTo(401);
            assertThat(refused.errorCode()).isEqualTo("AUTHENTICATION_REQUIRED");
        }
    }

    /** @return the address of the run that the newest commit's push has started */
    private String pushed() throws Exception {
        String commit;
        try (Git git = Git.open(temporary.resolve("shop").toFile())) {
            commit = git.getRepository().resolve("HEAD").name();
        }
        String push =
                "{\"ref\": \"refs/heads/master\", \"after\": \"" + commit + "\", \"pusher\": {\"name\": \"octocat\"}}";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        String signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(push.getBytes(StandardCharsets.UTF_8)));
        String[] headers = {
            "X-GitHub-Event",
            "push",
            "X-GitHub-Delivery",
            UUID.randomUUID().toString(),
            "X-Hub-Signature-256",
            signature
        };
        Answer taken = platform.http().post(hook(), push, headers);
        accepted(taken);
        Answer again = platform.http().post(hook(), push, headers);
        assertThat(again.json().path("status").asText()).as(again.toString()).isEqualTo("duplicate");
        String run = taken.json().path("run_id").asText();
        assertThat(platform.http()
                        .get("/api/v1/admin/audit-logs?action=pipeline.run&limit=100", account.bearer())
                        .data()
                        .path("logs"))
                .filteredOn(entry -> entry.path("target").asText().equals(run))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.path("details").path("trigger").asText()).isEqualTo("push");
                    assertThat(entry.path("on_behalf_of").asText()).isEqualTo("github:octocat");
                    assertThat(entry.path("details").path("ip").asText()).isNotEmpty();
                });
        return "/api/v1/pipelines/runs/" + run;
    }

    private JsonNode become(String run, String status) {
        await().atMost(WITHIN).pollInterval(Duration.ofMillis(200)).until(() -> {
            String now = get(run).json().path("status").asText();
            return now.equals(status)
                    || List.of("succeeded", "failed", "cancelled", "rejected").contains(now);
        });
        JsonNode now = get(run).json();
        assertThat(now.path("status").asText()).as(now.toString()).isEqualTo(status);
        return now;
    }

    private static List<String> states(JsonNode run) {
        return run.path("stages").findValuesAsText("status");
    }

    private void assertSameArtifact(JsonNode run, String address) {
        List<String> digests = List.of(
                run.path("artifact").asText(),
                run.path("stages").path(1).path("artifact").path("digest").asText(),
                run.path("stages").path(3).path("artifact").path("digest").asText(),
                run.path("stages").path(4).path("artifact").path("digest").asText());
        assertThat(digests.stream().distinct()).as(run.toString()).hasSize(1);
        assertThat(digests.get(0)).startsWith("sha256:");
        Answer download = get(address + "/artifacts/build");
        assertThat(download.status()).isEqualTo(200);
        assertThat(download.text()).contains("./built").contains("release-1");
        assertThat(download.header("Repr-Digest")).startsWith("sha-256=:");
    }

    private String answerOf(String environment) {
        JsonNode deployments = get("/api/v1/services/shop").json().path("deployments");
        for (JsonNode deployment : deployments) {
            if (deployment.path("environment").asText().equals(environment)) {
                String address = URI.create(deployment.path("url").asText()).getAuthority();
                return platform.http().get("/", "Host", address).text();
            }
        }
        throw new AssertionError("Not deployed to " + environment + ": " + deployments);
    }

    private Answer get(String path) {
        return platform.http().get(path, account.bearer());
    }

    private Answer post(String path, String json) {
        return platform.http().post(path, json, account.bearer());
    }
}
