package org.platformforge.driver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.driver.kubernetes.ArtifactAccess.Grant;
import org.platformforge.driver.kubernetes.Fixtures.Lines;
import org.platformforge.driver.kubernetes.Fixtures.PlainSecrets;
import org.platformforge.driver.kubernetes.testing.FakeCluster;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.health.HealthCheck.Status;

/** No cluster, a cluster that is away, one that does not let us in; and who gets an application's files. */
class KubernetesServerTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ID = "res-1";

    private final FakeCluster cluster = new FakeCluster(Fixtures.NAMESPACE);
    private final Lines lines = new Lines();
    private final ArtifactAccess access = new ArtifactAccess(new PlainSecrets());
    private Map<String, Object> values;
    private FolderArtifacts artifacts;
    private String artifact;
    private KubernetesDriver driver;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        artifacts = new FolderArtifacts(folder);
        artifact = Fixtures.artifact(artifacts, folder);
        values = Fixtures.values(folder, cluster.url());
        driver = Fixtures.driver(values, artifacts);
    }

    @AfterEach
    void stop() {
        driver.deactivate();
        cluster.close();
    }

    private void configure(String key, Object value) {
        values.put(key, value);
        driver.modified(Fixtures.config(values));
    }

    private ResourceSpec worker() {
        return Fixtures.spec(ID, "worker", Map.of("artifact", artifact, "start_command", "run"));
    }

    @Test
    void isThereAndNotConfigured() throws Exception {
        configure("kubeconfig", "");

        assertThat(driver.check().status()).isEqualTo(Status.NOT_CONFIGURED);
        assertThat(driver.check(worker())).extracting(Problem::property).containsExactly("engine");
        assertThat(driver.inventory()).isEmpty();
        assertThat(driver.observe(ID)).isEmpty();
        assertThat(driver.logs(ID, 10)).isEmpty();
        assertThat(driver.usage(ID)).isEmpty();
        assertThatThrownBy(() -> driver.apply(worker(), lines))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("NOT_CONFIGURED"));
        assertThat(cluster.requests(request -> true)).isEmpty();
    }

    @Test
    void isHealthyWhenTheClusterAnswers() {
        assertThat(driver.check().status()).isEqualTo(Status.DEGRADED);
        await().atMost(LONG).until(() -> driver.check().status() == Status.HEALTHY);
    }

    /** Its kind of failure is one that nobody writes into the log at every look. */
    @Test
    void saysThatTheClusterIsAway() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        values.putAll(Fixtures.values(folder, "http://127.0.0.1:" + port));
        driver.modified(Fixtures.config(values));

        assertThatThrownBy(() -> driver.apply(worker(), lines)).isInstanceOfSatisfying(DriverException.class, e -> {
            assertThat(e.code()).isEqualTo("KUBERNETES_UNREACHABLE");
            assertThat(e.retryable()).isTrue();
        });
        assertThatThrownBy(() -> driver.observe(ID)).isInstanceOfSatisfying(PlatformException.class, e -> {
            assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
            assertThat(e.code()).contains(ExtensionContributions.NO_ANSWER);
        });
        assertThatThrownBy(() -> driver.inventory()).isInstanceOf(PlatformException.class);
        assertThat(driver.usage(ID)).isEmpty();
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(driver.check().status()).isEqualTo(Status.DEGRADED);
            assertThat(driver.check().message()).startsWith("The API server cannot be reached");
        });
    }

    @ParameterizedTest
    @CsvSource({"401, Unauthorized", "403, 'deployments.apps is forbidden: User \"forge\" cannot list'"})
    void saysThatItIsNotLetIn(int status, String message) {
        cluster.fail("GET", ".*/deployments", status, message);

        await().atMost(LONG).until(() -> driver.check().message().equals(message));
        assertThat(driver.check().status()).isEqualTo(Status.DEGRADED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere/kubeconfig", "in-cluster"})
    void saysWhatIsWrongWithTheConfiguration(String kubeconfig) {
        configure("kubeconfig", kubeconfig);

        assertThatThrownBy(() -> driver.apply(worker(), lines)).isInstanceOfSatisfying(DriverException.class, e -> {
            assertThat(e.code()).isEqualTo("KUBERNETES_CONFIGURATION");
            assertThat(e.retryable()).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "service_type, Headless, service.type",
        "service_type, NodePort, node.address",
        "run_as_user, 0, run.as.user",
        "run_as_user, root, run.as.user"
    })
    void refusesAConfigurationThatCannotBe(String key, String value, String named) {
        configure(key, value);

        assertThatThrownBy(() -> driver.apply(worker(), lines)).hasMessageContaining(named);
    }

    @Test
    void refusesAKubeconfigWithoutTheContext() throws Exception {
        configure("context", "another");
        assertThatThrownBy(() -> driver.apply(worker(), lines))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("KUBERNETES_CONFIGURATION"));
        configure("context", "main");
        assertThat(driver.apply(worker(), lines)).isNotNull();
    }

    @Test
    void readsACredentialThatHasRunOutAnew() throws Exception {
        cluster.letIn("the-token-of-the-account");
        driver.apply(worker(), lines);
        cluster.letIn("the-next-token");
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(
                kubeconfig, Files.readString(kubeconfig).replace("the-token-of-the-account", "the-next-token"));

        assertThat(driver.observe(ID)).isPresent();
    }

    @Test
    void refusesAnArtifactTheTenantDoesNotHave() {
        String other = "sha256:" + "1".repeat(64);

        assertThatThrownBy(() -> driver.apply(
                        Fixtures.spec(ID, "worker", Map.of("artifact", other, "start_command", "run")), lines))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("ARTIFACT_MISSING"));
        assertThat(cluster.requests(request -> true)).isEmpty();
    }

    @Test
    void givesFilesToWhoeverHasTheTokenWhileTheResourceIsThere() throws Exception {
        String token = access.token(new Grant("ten_a", ID, artifact));
        assertThatThrownBy(() -> driver.files(token))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
        driver.apply(worker(), lines);

        assertThat(Files.readString(driver.files(token))).isEqualTo("files");

        driver.delete(ID, lines);
        assertThatThrownBy(() -> driver.files(token)).isInstanceOf(PlatformException.class);
    }

    @Test
    void givesFilesToNobodyElse() throws Exception {
        driver.apply(worker(), lines);
        String good = access.token(new Grant("ten_a", ID, artifact));
        String[] parts = good.split("\\.");
        String other = access.token(new Grant("ten_b", ID, artifact)).split("\\.")[0];

        for (String forged : new String[] {
            null,
            "",
            ".",
            "..",
            "x",
            parts[0],
            parts[0] + ".",
            "." + parts[1],
            other + "." + parts[1],
            good + ".x",
            parts[0] + "." + parts[1] + "A",
            "%%%." + parts[1],
            "A".repeat(100_000)
        }) {
            assertThatThrownBy(() -> driver.files(forged))
                    .as(String.valueOf(forged))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED));
        }
        // a token of ours, of a tenant that the resource is not of
        assertThatThrownBy(() -> driver.files(access.token(new Grant("ten_b", ID, artifact))))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
    }
}
