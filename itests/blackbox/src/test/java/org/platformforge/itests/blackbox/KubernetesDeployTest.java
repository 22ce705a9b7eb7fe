package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.driver.kubernetes.testing.FakeCluster;

/**
 * From a repository to traffic on the engine kubernetes, as it is in the distribution, with its client's bundles. The cluster
 * is a mock of the API server; what its pods would do, this test does: it fetches their files with the token they were given,
 * and answers their requests.
 */
@Order(8)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class KubernetesDeployTest {
    private static final Duration WITHIN = Duration.ofMinutes(4);
    private static final String NAMESPACE = "apps";
    private static final String PROCESS = "org.platformforge.driver.process.cfg";
    private static final String KUBERNETES = "org.platformforge.driver.kubernetes.cfg";
    private static final String CATALOG = "org.platformforge.catalog.cfg";
    private static final String SECRET = "a-secret-of-the-service";

    private final Platform platform;
    private final Account operator;
    private final String host = UUID.randomUUID() + ".invalid";
    private final LiveSettings settings;
    private FakeCluster cluster;
    private HttpServer pod;
    private Account account;

    @TempDir
    Path temporary;

    KubernetesDeployTest(Platform platform) {
        this.platform = platform;
        this.settings = new LiveSettings(platform);
        this.operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
    }

    @BeforeEach
    void configure() throws IOException {
        cluster = new FakeCluster(NAMESPACE);
        pod = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        pod.createContext("/", exchange -> {
            byte[] answer = "from a pod".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        pod.start();
        account = Account.register(platform);
        GitRepository repository = new GitRepository(temporary.resolve("shop"));
        repository.release("v1", Map.of("server.js", "the application"));
        Path kubeconfig = Files.writeString(temporary.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: main
                clusters: [{name: main, cluster: {server: "%s"}}]
                users: [{name: forge, user: {token: the-token-of-the-account}}]
                contexts: [{name: main, context: {cluster: main, user: forge}}]
                """.formatted(cluster.url()));
        settings.set(CATALOG, Map.of("cluster.engines", "main-cluster=kubernetes"));
        settings.set(
                KUBERNETES,
                Map.of(
                        "kubeconfig",
                        kubeconfig.toString(),
                        "namespace",
                        NAMESPACE,
                        "image",
                        "registry.example.com/node:22",
                        "port",
                        Integer.toString(pod.getAddress().getPort()),
                        "platform.url",
                        "http://127.0.0.1:" + platform.httpPort()));
        // the last, so that what it allows shows that all has taken effect
        settings.set(PROCESS, Map.of("repository.mirrors", "https://" + host + "/acme/=" + temporary + "/"));
    }

    @AfterEach
    void takeAllAway() throws IOException {
        try {
            removeService();
            settings.putBack();
            // the cluster goes when nobody asks it any more
            await().atMost(WITHIN).until(() -> health().equals("not_configured"));
        } finally {
            cluster.close();
            pod.stop(0);
        }
    }

    private void removeService() {
        platform.http().delete("/api/v1/services/shop/environments/staging", account.bearer());
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(
                                get("/api/v1/resources?limit=100").json().path("resources"))
                        .isEmpty());
    }

    private String health() {
        for (JsonNode check :
                platform.http().get("/health", operator.bearer()).json().path("checks")) {
            if (check.path("name").asText().equals("driver.kubernetes")) {
                return check.path("status").asText();
            }
        }
        throw new AssertionError("The engine is not there");
    }

    @Test
    void runsInPodsAndAnswersThroughTheGatewayAndLeavesNothing() throws Exception {
        JsonNode release = deploy();
        await().atMost(WITHIN).until(() -> health().equals("healthy"));
        assertThat(release.path("status").asText()).as(release.toString()).isEqualTo("active");

        JsonNode shop = get("/api/v1/services/shop").json();
        String address = URI.create(shop.path("deployments").path(0).path("url").asText())
                .getAuthority();
        assertThat(platform.http().get("/", "Host", address).text()).isEqualTo("from a pod");
        List<JsonNode> instances = applications();
        assertThat(instances).hasSize(2).allSatisfy(instance -> {
            assertThat(instance.path("engine").asText()).isEqualTo("kubernetes");
            assertThat(instance.path("outputs").path("namespace").asText()).isEqualTo(NAMESPACE);
        });
        assertThat(cluster.objects("deployments")).hasSize(2);
        cluster.objects("deployments").forEach(this::fetchAsItsPodsDo);
        assertThat(cluster.objects("deployments").toString() + cluster.objects("configmaps"))
                .doesNotContain(SECRET);
        assertThat(Files.readString(platform.log())).doesNotContain(SECRET);

        removeService();

        for (String plural : List.of("deployments", "services", "configmaps", "secrets", "pods")) {
            assertThat(cluster.objects(plural)).as(plural).isEmpty();
        }
    }

    private JsonNode deploy() {
        assertThat(post("/api/v1/environments", """
                        {"name": "staging", "type": "staging", "cluster": "main-cluster", "namespace": "staging",
                         "config": {"auto_deploy": true, "resource_limits": {"cpu": "10", "memory": "20Gi"}}}""").status()).isEqualTo(201);
        Answer service = post("/api/v1/services", """
                {"id": "shop", "name": "Shop", "owner": "Team", "endpoints": ["/"], "dependencies": [],
                 "repository": "https://%s/acme/shop", "build": {"commands": ["printf built >built"]},
                 "run": {"start": "exec node server.js", "probe_path": "/", "secrets": {"PASSWORD": "%s"}}}""".formatted(host, SECRET));
        assertThat(service.status()).as(service.toString()).isEqualTo(201);
        // the files of the configuration are read a moment after they were written
        Answer accepted = await().atMost(WITHIN)
                .until(() -> post("/api/v1/services/shop/deploy", """
                        {"environment": "staging", "version": "v1",
                         "config": {"replicas": 2, "resources": {"cpu": "1", "memory": "256Mi"}, "observe_seconds": 1}}"""), answer -> answer.status() == 202);
        String release =
                "/api/v1/services/shop/releases/" + accepted.json().path("id").asText();
        await().atMost(WITHIN)
                .until(() -> List.of("active", "failed", "cancelled")
                        .contains(get(release).json().path("status").asText()));
        return get(release).json();
    }

    /** The archive is what its digest says, and nobody gets it without the token. */
    private void fetchAsItsPodsDo(JsonNode deployment) {
        JsonNode fetch = deployment.at("/spec/template/spec/initContainers/0");
        Map<String, JsonNode> env = new HashMap<>();
        fetch.path("env").forEach(variable -> env.put(variable.path("name").asText(), variable));
        String path = URI.create(env.get("FORGE_URL").path("value").asText()).getPath();
        String secret =
                env.get("FORGE_TOKEN").at("/valueFrom/secretKeyRef/name").asText();
        String token = cluster.objects("secrets").stream()
                .filter(one -> one.at("/metadata/name").asText().equals(secret))
                .map(one -> one.at("/data/token").asText())
                .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();

        Answer files = platform.http().get(path, "X-Forge-Artifact-Token", token);

        assertThat(files.status()).as(files.toString()).isEqualTo(200);
        assertThat(sha256(files.body()))
                .isEqualTo(env.get("FORGE_SHA256").path("value").asText());
        assertThat(platform.http()
                        .get(path, "X-Forge-Artifact-Token", token + "A")
                        .status())
                .isEqualTo(401);
        assertThat(platform.http().get(path, account.bearer()).status()).isEqualTo(401);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<JsonNode> applications() {
        List<JsonNode> found = new ArrayList<>();
        get("/api/v1/resources?limit=100").json().path("resources").forEach(resource -> {
            if (resource.path("type").asText().equals("application")) {
                found.add(resource);
            }
        });
        return found;
    }

    private Answer get(String path) {
        return platform.http().get(path, account.bearer());
    }

    private Answer post(String path, String json) {
        return platform.http().post(path, json, account.bearer());
    }
}
