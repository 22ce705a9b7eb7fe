package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a repository to traffic on a real LXD server: built in one container, run in another, reached through the gateway.
 * Skipped where {@code FORGE_LXD_URL} names none.
 */
@Order(8)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class LxdDeployTest {
    private static final Duration WITHIN = Duration.ofMinutes(4);
    private static final String PROCESS = "org.platformforge.driver.process.cfg";
    private static final String LXD = "org.platformforge.driver.lxd.cfg";
    private static final String CATALOG = "org.platformforge.catalog.cfg";
    private static final String DEPLOYMENTS = "org.platformforge.deployments.cfg";
    private static final String APP = """
            import os
            from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

            BODY = open('built').read().encode()


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(BODY)))
                    self.end_headers()
                    self.wfile.write(BODY)


            ThreadingHTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
            """;

    /** Nobody's on GitHub: what is deployed comes from disk, or not at all. */
    private static final String OWNER = UUID.randomUUID().toString();

    private final Platform platform;
    private final String host = UUID.randomUUID() + ".invalid";
    private final LiveSettings settings;
    private Account account;

    @TempDir
    Path temporary;

    LxdDeployTest(Platform platform) {
        this.platform = platform;
        this.settings = new LiveSettings(platform);
    }

    @BeforeEach
    void configure() throws IOException {
        String url = System.getenv("FORGE_LXD_URL");
        Assumptions.assumeTrue(
                url != null && !url.isEmpty(),
                System.getenv().getOrDefault("FORGE_LXD_MISSING", "FORGE_LXD_URL names no LXD server"));
        String certificates = System.getenv("FORGE_LXD_CERTIFICATES");
        account = Account.register(platform);
        GitRepository repository = new GitRepository(temporary.resolve("shop"));
        repository.release("v1", Map.of("app.py", APP));
        settings.set(DEPLOYMENTS, Map.of("machine.engines", "lxc=lxd"));
        settings.set(CATALOG, Map.of("cluster.engines", "lxd-cluster=lxd"));
        settings.set(
                LXD,
                Map.of(
                        "url", url,
                        "client.certificate", certificates + "/client.crt",
                        "client.key", certificates + "/client.key",
                        "server.certificate", certificates + "/server.crt",
                        "image", "forge"));
        // the last, so that what it allows shows that all has taken effect
        settings.set(
                PROCESS,
                Map.of(
                        "repository.mirrors",
                        "https://" + host + "/acme/=" + temporary + "/, https://github.com/" + OWNER + "/=" + temporary
                                + "/"));
    }

    @AfterEach
    void takeAllAway() throws IOException {
        if (account != null) {
            platform.http().delete("/api/v1/services/shop/environments/staging", account.bearer());
            for (String id : get("/api/deployments").json().path("deployments").findValuesAsText("id")) {
                platform.http().delete("/api/deployments/" + id, account.bearer());
            }
            await().atMost(WITHIN)
                    .untilAsserted(() -> assertThat(
                                    get("/api/v1/resources?limit=100").json().path("resources"))
                            .isEmpty());
        }
        settings.putBack();
    }

    @Test
    void buildsAndServesInContainersAndLeavesNothing() {
        assertThat(post("/api/v1/environments", """
                        {"name": "staging", "type": "staging", "cluster": "lxd-cluster", "namespace": "staging",
                         "config": {"auto_deploy": true, "resource_limits": {"cpu": "10", "memory": "20Gi"}}}""").status()).isEqualTo(201);
        Answer service = post("/api/v1/services", """
                {"id": "shop", "name": "Shop", "owner": "Team", "endpoints": ["/"], "dependencies": [],
                 "repository": "https://%s/acme/shop",
                 "build": {"commands": ["printf v1 >built"]},
                 "run": {"start": "exec python3 app.py", "probe_path": "/"}}""".formatted(host));
        assertThat(service.status()).as(service.toString()).isEqualTo(201);
        // the files of the configuration are read a moment after they were written
        Answer accepted = await().atMost(WITHIN)
                .until(
                        () -> post("/api/v1/services/shop/deploy", """
                        {"environment": "staging", "version": "v1",
                         "config": {"replicas": 1, "resources": {"cpu": "1", "memory": "256Mi"}, "observe_seconds": 1}}"""),
                        answer -> !answer.text().contains("its host cannot be found"));
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        String release =
                "/api/v1/services/shop/releases/" + accepted.json().path("id").asText();
        await().atMost(WITHIN)
                .until(() -> List.of("active", "failed", "cancelled")
                        .contains(get(release).json().path("status").asText()));

        assertThat(get(release).json().path("status").asText())
                .as(get(release).toString())
                .isEqualTo("active");
        JsonNode shop = get("/api/v1/services/shop").json();
        String address = URI.create(shop.path("deployments").path(0).path("url").asText())
                .getAuthority();
        assertThat(platform.http().get("/", "Host", address).text()).isEqualTo("v1");
        JsonNode instance = instance();
        assertThat(instance.path("engine").asText()).isEqualTo("lxd");
        assertThat(instance.path("outputs").path("vm_id").asText())
                .isEqualTo("forge-" + instance.path("id").asText());
        assertThat(instance.path("outputs").path("ip_address").asText()).isNotEmpty();
    }

    @Test
    void deploysWithExpressAndWithPythonAsDocument003SaysAndIsNotRemovedUnderThem() {
        new GitRepository(temporary.resolve("web")).release("v1", ExpressApp.FILES);
        new GitRepository(temporary.resolve("plain")).release("v1", Map.of("app.py", APP, "built", "plain Python"));

        JsonNode web = onLxd("web", "express");
        JsonNode plain = onLxd("plain", "python");

        assertThat(visit(web).text()).isEqualTo("hello blue production");
        assertThat(visit(plain).text()).isEqualTo("plain Python");
        for (JsonNode deployment : List.of(web, plain)) {
            assertThat(deployment.path("status").asText())
                    .as(deployment.toString())
                    .isEqualTo("running");
            assertThat(deployment.path("ip_address").asText()).isNotEmpty();
            assertThat(deployment.path("vm_id").asText()).startsWith("forge-res-");
        }
        Platform.Output refused = platform.shell("forge:module-uninstall", "org.platformforge.driver.lxd");
        assertThat(refused.exitCode()).as(refused.text()).isNotZero();
        assertThat(refused.text()).contains("the engine lxd holds 2 resources", "delete them first");
    }

    private Answer visit(JsonNode deployment) {
        return platform.http()
                .get(
                        "/",
                        "Host",
                        URI.create(deployment.path("access_url").asText()).getAuthority());
    }

    /** The files of the configuration are read a moment after they were written; what came before that is taken away. */
    private JsonNode onLxd(String repository, String framework) {
        String body = """
                {"name": "%s-app", "deployment_type": "lxc", "framework": "%s", "github_url": "https://github.com/%s/%s",
                 "env": {"COLOUR": "blue"}, "resources": {"cores": 1, "memory": 256, "disk": 5}}""".formatted(repository, framework, OWNER, repository);
        return await().atMost(WITHIN).until(() -> deployedOnLxd(body), Objects::nonNull);
    }

    /** @return null when it came too early */
    private JsonNode deployedOnLxd(String body) {
        Answer answer = post("/api/deploy", body);
        JsonNode made = answer.json().path("deployment");
        boolean early = answer.text().contains("The repository ")
                || answer.text().contains("not configured")
                || made.path("engine").asText().equals("process");
        if (early) {
            for (JsonNode one : get("/api/deployments").json().path("deployments")) {
                if (!one.path("engine").asText().equals("lxd")) {
                    String id = one.path("id").asText();
                    platform.http().delete("/api/deployments/" + id, account.bearer());
                }
            }
            return null;
        }
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(made.path("engine").asText()).isEqualTo("lxd");
        return made;
    }

    private JsonNode instance() {
        for (JsonNode resource : get("/api/v1/resources?limit=100").json().path("resources")) {
            if (resource.path("type").asText().equals("application")) {
                return resource;
            }
        }
        throw new AssertionError("There is no application");
    }

    private Answer get(String path) {
        return platform.http().get(path, account.bearer());
    }

    private Answer post(String path, String json) {
        return platform.http().post(path, json, account.bearer());
    }
}
