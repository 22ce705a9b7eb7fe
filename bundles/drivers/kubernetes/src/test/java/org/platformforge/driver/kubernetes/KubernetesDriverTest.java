package org.platformforge.driver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.driver.kubernetes.Fixtures.Lines;
import org.platformforge.driver.kubernetes.testing.FakeCluster;
import org.platformforge.driver.kubernetes.testing.FakeCluster.Behaviour;
import org.platformforge.extension.api.driver.Driver.Held;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.ResourceSpec;

/** The engine against fabric8's mock API server and controllers of ours. */
class KubernetesDriverTest {
    private static final String ID = "res-1";
    private static final String NAME = "forge-res-1";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final FakeCluster cluster = new FakeCluster(Fixtures.NAMESPACE);
    private final Lines lines = new Lines();
    private final List<Integer> answers = new ArrayList<>(List.of(200));
    private HttpServer application;
    private Map<String, Object> values;
    private FolderArtifacts artifacts;
    private KubernetesDriver driver;
    private String artifact;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        application.createContext("/", exchange -> {
            exchange.sendResponseHeaders(answers.get(0), -1);
            exchange.close();
        });
        application.start();
        artifacts = new FolderArtifacts(folder);
        artifact = Fixtures.artifact(artifacts, folder);
        values = Fixtures.values(folder, cluster.url());
        values.put("port", application.getAddress().getPort());
        driver = Fixtures.driver(values, artifacts);
    }

    @AfterEach
    void stop() {
        driver.deactivate();
        cluster.close();
        application.stop(0);
    }

    private void configure(String key, Object value) {
        values.put(key, value);
        driver.modified(Fixtures.config(values));
    }

    private Map<String, Object> properties(Object... more) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("artifact", artifact);
        properties.put("start_command", "exec node server.js $(pwd) $$");
        for (int i = 0; i < more.length; i += 2) {
            properties.put((String) more[i], more[i + 1]);
        }
        return properties;
    }

    private ResourceSpec spec(Object... more) {
        return Fixtures.spec(ID, "application", properties(more));
    }

    private JsonNode deployment() {
        assertThat(cluster.objects("deployments")).hasSize(1);
        return cluster.objects("deployments").get(0);
    }

    private JsonNode pod() {
        return deployment().path("spec").path("template").path("spec");
    }

    @Test
    void bringsUpAnApplicationAndTakesEverythingAway() throws Exception {
        ResourceSpec wanted = spec(
                "env",
                Map.of("COLOUR", "blue"),
                "secrets",
                Map.of("PASSWORD", "s3cr3t-words"),
                "cpu",
                "500m",
                "memory",
                "256Mi",
                "replicas",
                2,
                "probe",
                Map.of("path", "/health", "timeout_seconds", 30));
        assertThat(driver.check(wanted)).isEmpty();

        Observation made = driver.apply(wanted, lines);

        assertThat(made.state()).isEqualTo(State.RUNNING);
        assertThat(made.outputs())
                .containsEntry(
                        "address", "127.0.0.1:" + application.getAddress().getPort())
                .containsEntry("deployment", NAME)
                .containsEntry("namespace", Fixtures.NAMESPACE);
        assertThat(made.facts())
                .containsEntry("limits.cpu", "0.5, by Kubernetes")
                .containsEntry("limits.memory", "268435456, by Kubernetes")
                .containsEntry("replicas", "2 of 2 available")
                .containsEntry("restarts", "0");
        assertThat(driver.inventory()).containsExactly(new Held(ID, "ten_a", "rel-1", NAME + ", shop in dev"));

        driver.delete(ID, lines);

        for (String plural : List.of("deployments", "services", "configmaps", "secrets", "ingresses", "pods")) {
            assertThat(cluster.objects(plural)).as(plural).isEmpty();
        }
        assertThat(driver.observe(ID)).isEmpty();
        assertThat(driver.inventory()).isEmpty();
        driver.delete(ID, lines); // there is nothing any more
    }

    @Test
    void asksForWhatARestrictedNamespaceTakes() throws Exception {
        driver.apply(spec("cpu", "500m", "memory", "256Mi", "disk", "1Gi"), lines);

        JsonNode pod = pod();
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.path("securityContext").path("runAsUser").asInt()).isEqualTo(10001);
        assertThat(pod.path("securityContext")
                        .path("seccompProfile")
                        .path("type")
                        .asText())
                .isEqualTo("RuntimeDefault");
        List<JsonNode> containers = new ArrayList<>();
        pod.path("containers").forEach(containers::add);
        pod.path("initContainers").forEach(containers::add);
        assertThat(containers).hasSize(2);
        for (JsonNode container : containers) {
            JsonNode context = container.path("securityContext");
            assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(context.path("capabilities").path("drop").toString()).isEqualTo("[\"ALL\"]");
            for (String side : List.of("requests", "limits")) {
                JsonNode amounts = container.path("resources").path(side);
                assertThat(amounts.path("cpu").asText()).isEqualTo("0.5");
                assertThat(amounts.path("memory").asText()).isEqualTo("268435456");
                assertThat(amounts.path("ephemeral-storage").asText()).isEqualTo("1073741824");
            }
        }
        JsonNode app = pod.path("containers").get(0);
        assertThat(app.path("readinessProbe").path("httpGet").path("path").asText())
                .isEqualTo("/");
        assertThat(app.path("livenessProbe").has("httpGet")).isTrue();
        assertThat(app.path("startupProbe").has("httpGet")).isTrue();
        // Kubernetes reads $$ as one $: the shell gets what was written
        assertThat(app.path("command").get(2).asText()).isEqualTo("exec node server.js $$(pwd) $$$$");
    }

    @Test
    void labelsEverythingWithTenantAndOwner() throws Exception {
        driver.apply(spec("env", Map.of("A", "1"), "secrets", Map.of("B", "2")), lines);

        for (String plural : List.of("deployments", "services", "configmaps", "secrets")) {
            for (JsonNode object : cluster.objects(plural)) {
                JsonNode labels = object.path("metadata").path("labels");
                assertThat(labels.path("app.kubernetes.io/managed-by").asText()).isEqualTo("platform-forge");
                assertThat(labels.path("app.kubernetes.io/name").asText()).isEqualTo("shop");
                assertThat(labels.path("app.kubernetes.io/instance").asText()).isEqualTo(NAME);
                assertThat(labels.path(Marks.TENANT).asText()).isEqualTo("ten_a");
                assertThat(labels.path(Marks.OWNER).asText()).isEqualTo("rel-1");
                assertThat(object.path("metadata")
                                .path("annotations")
                                .path(Marks.RESOURCE)
                                .asText())
                        .isEqualTo(ID);
            }
        }
    }

    @Test
    void keepsSecretsInSecretsAlone() throws Exception {
        driver.apply(spec("env", Map.of("COLOUR", "blue"), "secrets", Map.of("PASSWORD", "s3cr3t-words")), lines);

        String encoded = Base64.getEncoder().encodeToString("s3cr3t-words".getBytes());
        for (String plural : List.of("deployments", "services", "configmaps", "pods")) {
            assertThat(cluster.objects(plural).toString()).doesNotContain("s3cr3t-words", encoded);
        }
        assertThat(cluster.objects("secrets").toString()).contains(encoded);
        assertThat(cluster.objects("configmaps").toString()).contains("blue");
        assertThat(lines.lines().toString()).doesNotContain("s3cr3t-words", encoded);
        // the token that opens the files is the fetching container's, not the application's
        assertThat(pod().path("containers").toString()).doesNotContain("FORGE_TOKEN");
        assertThat(pod().path("initContainers").toString()).contains("FORGE_TOKEN", "secretKeyRef");
    }

    @Test
    void appliesOnTheServerAndTakesNothingFromOthers() throws Exception {
        driver.apply(spec(), lines);

        assertThat(cluster.requests(request -> request.getMethod().equals("PATCH")))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.getPath())
                        .contains("fieldManager=platform-forge")
                        .doesNotContain("force=true"));
        assertThat(cluster.requests(request -> List.of("POST", "PUT").contains(request.getMethod())))
                .isEmpty();
    }

    @Test
    void changesNothingWhenItIsAskedAgain() throws Exception {
        driver.apply(spec("secrets", Map.of("B", "2")), lines);
        JsonNode before = deployment();
        List<JsonNode> secrets = cluster.objects("secrets");

        driver.apply(spec("secrets", Map.of("B", "2")), lines);

        assertThat(deployment().path("metadata").path("generation"))
                .isEqualTo(before.path("metadata").path("generation"));
        assertThat(deployment().path("spec")).isEqualTo(before.path("spec"));
        assertThat(cluster.objects("secrets")).hasSameSizeAs(secrets);
    }

    @Test
    void rollsOutAnotherSecretAndForgetsTheOldOne() throws Exception {
        driver.apply(spec("secrets", Map.of("PASSWORD", "first")), lines);
        String before = pod().toString();

        driver.apply(spec("secrets", Map.of("PASSWORD", "second")), lines);

        assertThat(pod().toString()).isNotEqualTo(before);
        assertThat(cluster.objects("secrets").toString())
                .contains(Base64.getEncoder().encodeToString("second".getBytes()))
                .doesNotContain(Base64.getEncoder().encodeToString("first".getBytes()));
    }

    @Test
    void scales() throws Exception {
        driver.apply(spec("replicas", 1), lines);

        Observation scaled = driver.apply(spec("replicas", 3), lines);

        assertThat(scaled.facts()).containsEntry("replicas", "3 of 3 available");
        assertThat(cluster.objects("pods")).hasSize(3);
    }

    @Test
    void watchesARolloutToItsEnd() {
        cluster.behave(FakeCluster.pod("""
                {"phase": "Pending", "conditions": [
                  {"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                   "message": "0/3 nodes are available: 3 Insufficient cpu."}]}"""));
        CompletableFuture<Observation> applied = async(spec("replicas", 2));
        await().atMost(LONG)
                .until(() ->
                        lines.lines().contains("Waiting: Unschedulable: 0/3 nodes are available: 3 Insufficient cpu."));
        assertThat(applied).isNotDone();

        cluster.behave(FakeCluster.ready());

        assertThat(applied).succeedsWithin(LONG).extracting(Observation::state).isEqualTo(State.RUNNING);
        assertThat(lines.lines()).contains("0 of 2 pods are available", "2 of 2 pods are available");
    }

    private CompletableFuture<Observation> async(ResourceSpec spec) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return driver.apply(spec, lines);
            } catch (DriverException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "containerStatuses, app, ImagePullBackOff, Back-off pulling image nope, IMAGE_PULL",
        "containerStatuses, app, InvalidImageName, couldn't parse it, IMAGE_PULL",
        "containerStatuses, app, CreateContainerConfigError, container has runAsNonRoot and image will run as root,"
                + " CONTAINER_START",
        "containerStatuses, app, CrashLoopBackOff, back-off 10s, PROCESS_ENDED",
        "initContainerStatuses, fetch, CrashLoopBackOff, back-off 10s, ARTIFACT_FETCH",
    })
    void namesWhatIsTheMatterWithPods(String list, String container, String reason, String message, String code) {
        cluster.behave(FakeCluster.waiting(
                list, container, reason, message, "{\"terminated\": {\"exitCode\": 137, \"reason\": \"OOMKilled\"}}"));

        assertThatThrownBy(() -> driver.apply(spec(), lines)).satisfies(e -> {
            assertThat(((DriverException) e).code()).isEqualTo(code);
            assertThat(((DriverException) e).retryable()).isFalse();
            assertThat(e.getMessage())
                    .startsWith(reason)
                    .contains(reason.equals("CrashLoopBackOff") ? "exit code 137 (OOMKilled)" : message);
        });
    }

    @Test
    void showsTheLastWordsOfAnApplicationThatEnds() throws Exception {
        Behaviour crash = FakeCluster.waiting(
                "containerStatuses", "app", "CrashLoopBackOff", "", "{\"terminated\": {\"exitCode\": 3}}");
        cluster.behave(FakeCluster.pod("{\"phase\": \"Pending\"}"));
        CompletableFuture<Observation> applied = async(spec());
        await().atMost(LONG).until(() -> !cluster.objects("pods").isEmpty());
        String pod =
                cluster.objects("pods").get(0).path("metadata").path("name").asText();
        cluster.say(pod, "starting\nError: no database\n");

        cluster.behave(crash);

        assertThat(applied)
                .failsWithin(LONG)
                .withThrowableThat()
                .withMessageContaining("its last lines: starting | Error: no database");
    }

    @Test
    void namesAQuotaThatIsUsedUp() {
        cluster.behave(FakeCluster.refused("pods \\\"x\\\" is forbidden: exceeded quota: team, requested: cpu=4"));

        assertThatThrownBy(() -> driver.apply(spec(), lines)).satisfies(e -> {
            assertThat(((DriverException) e).code()).isEqualTo("KUBERNETES_QUOTA");
            assertThat(e.getMessage()).contains("FailedCreate", "exceeded quota: team");
        });
    }

    @Test
    void givesUpWaitingForANode() {
        cluster.behave(FakeCluster.pod("""
                {"phase": "Pending", "conditions": [
                  {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no node"}]}"""));

        assertThatThrownBy(() -> driver.apply(spec("probe", Map.of("timeout_seconds", 1)), lines))
                .satisfies(e -> {
                    assertThat(((DriverException) e).code()).isEqualTo("UNSCHEDULABLE");
                    assertThat(e.getMessage()).contains("Not ready after 1 s", "Unschedulable: no node");
                });
    }

    @Test
    void saysThatThePlatformDoesNotReachAServiceItsPodsAreReadyBehind() {
        answers.set(0, 503);

        assertThatThrownBy(() -> driver.apply(spec("probe", Map.of("timeout_seconds", 1)), lines))
                .satisfies(e -> {
                    assertThat(((DriverException) e).code()).isEqualTo("NOT_REACHABLE");
                    assertThat(e.getMessage()).contains("ClusterIP", "503");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "401, Unauthorized, KUBERNETES_UNAUTHORIZED, false",
        "403, deployments.apps is forbidden, KUBERNETES_FORBIDDEN, false",
        "403, 'deployments is forbidden: exceeded quota: team', KUBERNETES_QUOTA, false",
        "404, namespaces forge-test not found, KUBERNETES_NOT_FOUND, false",
        "409, 'Apply failed with 1 conflict: conflict with \"kubectl\": .spec.replicas', KUBERNETES_CONFLICT, false",
        "422, 'Deployment is invalid: spec.replicas', KUBERNETES_INVALID, false",
        "429, slow down, KUBERNETES_BUSY, true",
        "503, not now, KUBERNETES_BUSY, true",
    })
    void repeatsWhatTheApiServerSays(int status, String message, String code, boolean retryable) {
        cluster.fail("PATCH", ".*/deployments/.*", status, message);

        assertThatThrownBy(() -> driver.apply(spec(), lines)).satisfies(e -> {
            assertThat(((DriverException) e).code()).isEqualTo(code);
            assertThat(((DriverException) e).retryable()).isEqualTo(retryable);
            assertThat(e.getMessage()).endsWith(message);
        });
    }

    @Test
    void leavesNothingOfWhatItBeganAndCouldNotEnd() throws Exception {
        cluster.fail("PATCH", ".*/deployments/.*", 422, "no");
        assertThatThrownBy(() -> driver.apply(spec("secrets", Map.of("B", "2")), lines))
                .isInstanceOf(DriverException.class);
        assertThat(cluster.objects("secrets")).isNotEmpty();
        assertThat(driver.inventory()).extracting(Held::resourceId).containsExactly(ID);
        assertThat(driver.observe(ID)).get().extracting(Observation::state).isEqualTo(State.FAILED);
        cluster.heal();

        driver.delete(ID, lines);

        assertThat(cluster.objects("secrets")).isEmpty();
        assertThat(driver.inventory()).isEmpty();
    }

    @Test
    void touchesNothingItHasNotMade() throws Exception {
        cluster.put("services", """
                {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "%s"}, "spec": {"ports": []}}""".formatted(NAME));

        assertThatThrownBy(() -> driver.apply(spec(), lines)).satisfies(e -> {
            assertThat(((DriverException) e).code()).isEqualTo("KUBERNETES_CONFLICT");
            assertThat(e.getMessage()).contains("Service " + NAME, "has not made");
        });
        driver.delete(ID, lines);

        assertThat(cluster.objects("services")).hasSize(1);
        assertThat(driver.inventory()).isEmpty();
    }

    @Test
    void doesNotCallGoneWhatStillTerminates() throws Exception {
        configure("removal_timeout_seconds", 1);
        driver.apply(spec(), lines);
        cluster.keepPods(true);

        assertThatThrownBy(() -> driver.delete(ID, lines)).satisfies(e -> {
            assertThat(((DriverException) e).code()).isEqualTo("KUBERNETES_TIMEOUT");
            assertThat(((DriverException) e).retryable()).isTrue();
            assertThat(e.getMessage()).contains("Pod " + NAME);
        });
    }

    @Test
    void keepsTheLastLinesOfWhatItRemoves() throws Exception {
        driver.apply(spec(), lines);
        cluster.say(cluster.objects("pods").get(0).path("metadata").path("name").asText(), "one\ntwo\n");

        assertThat(driver.logs(ID, 1)).containsExactly("two");
        driver.delete(ID, lines);

        assertThat(lines.lines()).contains("app: one", "app: two");
    }

    @Test
    void endsWhenItIsCancelled() {
        cluster.behave(FakeCluster.pod("{\"phase\": \"Pending\"}"));
        lines.cancelled = true;

        assertThatThrownBy(() -> driver.apply(spec(), lines))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("CANCELLED"));
    }

    @Test
    void isInterrupted() throws Exception {
        cluster.behave(FakeCluster.pod("{\"phase\": \"Pending\"}"));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                driver.apply(spec(), lines);
                ended.complete(null);
            } catch (DriverException | InterruptedException | RuntimeException e) {
                ended.complete(e);
            }
        });
        caller.start();
        await().atMost(LONG).until(() -> !cluster.objects("pods").isEmpty());

        caller.interrupt();

        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void givesAWorkerNeitherServiceNorProbe() throws Exception {
        Observation made = driver.apply(Fixtures.spec(ID, "worker", properties()), lines);

        assertThat(made.state()).isEqualTo(State.RUNNING);
        assertThat(made.outputs()).doesNotContainKey("address");
        assertThat(cluster.objects("services")).isEmpty();
        assertThat(pod().path("containers").get(0).has("readinessProbe")).isFalse();
    }

    @Test
    void runsAnImageThatIsComplete() throws Exception {
        driver.apply(Fixtures.spec(ID, "application", Map.of("image", "registry.example.com/shop:1.4")), lines);

        JsonNode pod = pod();
        assertThat(pod.path("containers").get(0).path("image").asText()).isEqualTo("registry.example.com/shop:1.4");
        assertThat(pod.path("containers").get(0).has("command")).isFalse();
        assertThat(pod.has("initContainers")).isFalse();
        assertThat(pod.path("securityContext").has("runAsUser")).isFalse();
        assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
    }

    @Test
    void makesAnIngressAndGivesAHostToOneOnly() throws Exception {
        configure("ingress_domains", new String[] {"apps.example.com"});
        configure("ingress_class", "nginx");
        configure("ingress_tls_secret", "wildcard");

        Observation made = driver.apply(spec("host", "shop.apps.example.com"), lines);

        assertThat(made.outputs()).containsEntry("url", "https://shop.apps.example.com/");
        JsonNode ingress = cluster.objects("ingresses").get(0).path("spec");
        assertThat(ingress.path("ingressClassName").asText()).isEqualTo("nginx");
        assertThat(ingress.path("tls").get(0).path("secretName").asText()).isEqualTo("wildcard");
        assertThatThrownBy(() -> driver.apply(
                        Fixtures.spec("res-2", "application", properties("host", "shop.apps.example.com")), lines))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("HOST_TAKEN"));

        driver.apply(spec(), lines);

        assertThat(cluster.objects("ingresses")).isEmpty();
    }
}
