package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Document 003: applications from a repository to an answer, without a network. */
@Order(7)
@ExtendWith(PlatformExtension.class)
class PaasTest {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String DRIVER = "org.platformforge.driver.process.cfg";
    private static final String PYTHON = """
            import os
            from http.server import BaseHTTPRequestHandler, HTTPServer


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    text = 'python at %s' % os.getcwd()
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(text)))
                    self.end_headers()
                    self.wfile.write(text.encode())
                    print('asked, and the token is ' + os.environ['TOKEN'], flush=True)

                def log_message(self, *arguments):
                    pass


            print('python listens', flush=True)
            HTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
            """;

    private final Platform platform;
    private final Account account;
    /** Nobody's on GitHub: what is deployed comes from disk, or not at all. */
    private final String owner = UUID.randomUUID().toString();

    private final List<String> made = new ArrayList<>();
    private final LiveSettings settings;

    @TempDir
    Path temporary;

    PaasTest(Platform platform) {
        this.platform = platform;
        this.settings = new LiveSettings(platform);
        this.account = Account.register(platform);
    }

    @BeforeEach
    void serveRepositoriesFromDisk() throws IOException {
        settings.set(DRIVER, Map.of("repository.mirrors", "https://github.com/" + owner + "/=" + temporary + "/"));
    }

    @AfterEach
    void takeAllAway() throws IOException {
        for (String id : made) {
            Answer gone = await().atMost(WITHIN)
                    .until(
                            () -> platform.http().delete("/api/deployments/" + id, account.bearer()),
                            answer -> answer.status() == 200);
            assertThat(gone.json().path("message").asText()).isEqualTo("Deployment deleted successfully");
        }
        assertThat(get("/api/v1/resources?limit=100").json().path("resources")).isEmpty();
        settings.putBack();
    }

    @Test
    void deploysAnExpressApplicationAndAnswersThroughTheGateway() {
        assumeTrue(hasNode(), "Node.js is not installed");
        new GitRepository(temporary.resolve("web")).release("v1", ExpressApp.FILES);

        JsonNode deployment = deployed(body("web", "express", "\"env\": {\"COLOUR\": \"blue\"}"));

        String id = deployment.path("id").asText();
        assertThat(deployment.path("status").asText()).as(deployment.toString()).isEqualTo("running");
        assertThat(deployment.path("engine").asText()).isEqualTo("process");
        assertThat(deployment.path("ip_address").isNull()).isTrue();
        assertThat(deployment.path("vm_id").isNull()).isTrue();
        assertThat(ask(deployment).text()).isEqualTo("hello blue production");
        JsonNode listed = get("/api/deployments").json().path("deployments").path(0);
        assertThat(listed.path("id").asText()).isEqualTo(id);
        assertThat(listed.path("github_url").asText()).isEqualTo("https://github.com/" + owner + "/web");
        assertThat(get("/api/stats").json().path("stats").path("success_rate").asDouble())
                .isEqualTo(100.0);

        Answer configured = platform.http()
                .send("PATCH", "/api/deployments/" + id, "{\"env\": {\"COLOUR\": \"red\"}}", json(account.bearer()));
        assertThat(configured.status()).as(configured.toString()).isEqualTo(200);
        assertThat(ask(deployment).text()).isEqualTo("hello red production");
        JsonNode releases = get("/api/deployments/" + id + "/releases").json().path("releases");
        assertThat(releases.findValuesAsText("status")).containsExactly("active", "superseded");
        assertThat(releases.path(0).path("artifact")).isEqualTo(releases.path(1).path("artifact"));
        assertThat(releases.findValuesAsText("created_by")).hasSize(2).allMatch(who -> who.startsWith("user_"));
        Answer foreign = platform.http()
                .get("/api/deployments/" + id, Account.register(platform).bearer());
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign.text()).isEqualTo("{\"success\":false,\"error\":\"Deployment not found\"}");
    }

    @Test
    void keepsServingWhenANewVersionFailsAndKeepsTheLogOfWhatIsGone() {
        GitRepository repository = new GitRepository(temporary.resolve("api"));
        repository.release("v1", Map.of("app.py", PYTHON));
        JsonNode deployment = deployed(body("api", "python", "\"secrets\": {\"TOKEN\": \"quite s3cret\"}"));
        String id = deployment.path("id").asText();
        assertThat(ask(deployment).text()).startsWith("python at /");
        repository.release("v2", Map.of("app.py", "raise SystemExit('broken at the start')"));

        Answer failed =
                platform.http().post("/api/deployments/" + id + "/redeploy", "{\"ref\": \"v2\"}", account.bearer());
        assertThat(failed.status()).as(failed.toString()).isEqualTo(422);
        assertThat(failed.json().path("error").asText())
                .startsWith("Deployment " + id + " failed: The process ended before it was ready")
                .contains("broken at the start")
                .endsWith("(the release before it serves on)");
        assertThat(ask(deployment).text()).startsWith("python at /");
        JsonNode now = get("/api/deployments/" + id).json().path("deployment");
        assertThat(now.path("status").asText()).as(now.toString()).isEqualTo("running");
        assertThat(now.path("error_code").asText()).isEqualTo("PROCESS_ENDED");
        assertThat(now.path("health").asText()).isEqualTo("running");

        assertThat(postedWithoutABody("/api/deployments/" + id + "/rollback"))
                .startsWith("HTTP/1.1 404")
                .contains("Release not found");

        Answer deleted = platform.http().delete("/api/deployments/" + id, account.bearer());
        assertThat(deleted.status()).as(deleted.toString()).isEqualTo(200);
        assertThat(get("/api/deployments/" + id)
                        .json()
                        .path("deployment")
                        .path("status")
                        .asText())
                .isEqualTo("deleted");
        assertThat(ask(deployment).status()).isEqualTo(404);
        String log = get("/api/deployments/" + id + "/logs").json().path("logs").asText();
        assertThat(log)
                .contains("[provisioning] Python recognised by app.py")
                .contains("[runtime] python listens")
                .contains("[runtime] asked, and the token is ********")
                .contains("broken at the start")
                .doesNotContain("quite s3cret");
        Answer stream = platform.http()
                .get("/api/deployments/" + id + "/logs", accepting("text/event-stream", account.bearer()));
        assertThat(stream.text())
                .contains("event: log\ndata: {\"sequence\":1,")
                .contains("event: end\ndata: {\"status\":\"deleted\"}");
        assertThat(platform.log()).content().doesNotContain("quite s3cret");
    }

    @Test
    void failsWithTheReasonAndLeavesNothing() {
        new GitRepository(temporary.resolve("bad"))
                .release("v1", Map.of("app.py", PYTHON, "requirements.txt", "./there-is-no-such-package\n"));

        Answer failed = deploy(body("bad", "python", "\"secrets\": {\"TOKEN\": \"x\"}"));

        assertThat(failed.status()).as(failed.toString()).isEqualTo(422);
        JsonNode record = get("/api/deployments").json().path("deployments").path(0);
        made.add(record.path("id").asText());
        assertThat(record.path("status").asText()).isEqualTo("failed");
        String reason = record.path("error_message").asText();
        if (hasEnsurePip()) {
            assertThat(record.path("error_code").asText()).as(record.toString()).isEqualTo("BUILD_FAILED");
            assertThat(reason).startsWith("The build ended with exit code 1").contains("there-is-no-such-package");
        } else {
            assertThat(reason).startsWith("The engine cannot build it: python3 -m ensurepip");
        }
        assertThat(failed.json().path("error").asText()).endsWith(reason);
        assertThat(get("/api/v1/resources?limit=100").json().path("resources")).isEmpty();
    }

    @Test
    void saysWhatIsWrongBeforeAnythingIsMade() {
        Answer wrong = platform.http().post("/api/deploy", """
                {"name": "mon-application", "deployment_type": "docker", "framework": "static",
                 "github_url": "ftp://github.com/username/repository",
                 "resources": {"cores": 2, "memory": 2048, "disk": 20}}""", account.bearer());
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text())
                .isEqualTo("{\"success\":false,\"errors\":[\"Invalid deployment_type. Must be 'vm' or 'lxc'\","
                        + "\"Invalid GitHub URL\"]}");
        Answer unreadable = platform.http().post("/api/deploy", """
                {"name": 5, "deployment_type": "lxc", "framework": "static", "github_url": "ftp://github.com/a/b",
                 "resources": {"cores": "two", "memory": 2048, "disk": 999}, "env": {"A": {}}}""", account.bearer());
        assertThat(unreadable.status()).isEqualTo(400);
        assertThat(unreadable.text())
                .isEqualTo(
                        "{\"success\":false,\"errors\":[\"name must be a string\",\"resources.cores must be a whole number\","
                                + "\"env.A must be a string\",\"Invalid GitHub URL\","
                                + "\"Invalid resources.disk. Must be 5-200 GB for LXC\"]}");
        JsonNode frameworks = get("/api/frameworks").json().path("frameworks");
        assertThat(frameworks.path("django").path("install_cmd").asText()).isEqualTo("pip install django gunicorn");
        List<String> ids = new ArrayList<>();
        frameworks.fieldNames().forEachRemaining(ids::add);
        assertThat(ids).contains("django", "flask", "laravel", "express", "nextjs", "spring-boot", "static");
        for (String id : ids) {
            List<String> missing = new ArrayList<>();
            frameworks.path(id).path("missing").forEach(one -> missing.add("framework " + id + ": " + one.asText()));
            assertThat(frameworks.path(id).path("available").asBoolean()).isEqualTo(missing.isEmpty());
            if (!missing.isEmpty()) {
                Answer refused = platform.http().post("/api/deploy", body("any", id, null), account.bearer());
                List<String> errors = new ArrayList<>();
                refused.json().path("errors").forEach(one -> errors.add(one.asText()));
                assertThat(errors).as(refused.toString()).isEqualTo(missing);
            }
        }
        assertThat(get("/api/deployments").json().path("total").asInt()).isZero();
        assertThat(platform.http().get("/api/frameworks").status()).isEqualTo(401);
    }

    private String body(String repository, String framework, String more) {
        return """
                {"name": "%s-app", "deployment_type": "vm", "framework": "%s",
                 "github_url": "https://github.com/%s/%s",
                 "resources": {"cores": 1, "memory": 512, "disk": 10}%s}""".formatted(repository, framework, owner, repository, more == null ? "" : ", " + more);
    }

    private JsonNode deployed(String body) {
        Answer answer = deploy(body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().path("message").asText()).isEqualTo("Application deployed successfully");
        JsonNode deployment = answer.json().path("deployment");
        made.add(deployment.path("id").asText());
        return deployment;
    }

    /** The mirror is known a moment after its file was written; what was tried before it is taken away. */
    private Answer deploy(String body) {
        return await().atMost(WITHIN)
                .until(() -> platform.http().post("/api/deploy", body, account.bearer()), answer -> {
                    boolean early = answer.text().contains("The repository ");
                    if (early) {
                        get("/api/deployments")
                                .json()
                                .path("deployments")
                                .findValuesAsText("id")
                                .forEach(id -> platform.http().delete("/api/deployments/" + id, account.bearer()));
                    }
                    return !early;
                });
    }

    /** As curl does it: without a length of nothing. */
    private String postedWithoutABody(String path) {
        String request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + account.bearer()[1]
                + "\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", platform.httpPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer ask(JsonNode deployment) {
        String host = URI.create(deployment.path("access_url").asText()).getAuthority();
        return platform.http().get("/", "Host", host);
    }

    private Answer get(String path) {
        return platform.http().get(path, account.bearer());
    }

    private static String[] json(String... headers) {
        return with("Content-Type", "application/json", headers);
    }

    private static String[] accepting(String type, String... headers) {
        return with("Accept", type, headers);
    }

    private static String[] with(String name, String value, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(name, value));
        return all.toArray(String[]::new);
    }

    private static boolean hasNode() {
        return succeeds("node", "--version");
    }

    /** Of the Python that applications see. */
    private static boolean hasEnsurePip() {
        return succeeds("/usr/bin/python3", "-m", "ensurepip", "--version");
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
