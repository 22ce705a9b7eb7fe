package org.platformforge.driver.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.driver.lxd.FakeLxd.Fault;
import org.platformforge.driver.lxd.Fixtures.Lines;
import org.platformforge.extension.api.driver.Driver.Held;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;

/** The engine against a server of ours that does what LXD's API documents, and what it had better not do. */
class LxdDriverTest {
    private static final String ID = "res-01abc";
    private static final String NAME = "forge-res-01abc";
    private static final Duration WITHIN = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static KeyStore serverKeys;
    private static KeyStore clientKeys;

    private final Lines progress = new Lines();
    private FakeLxd lxd;
    private LxdDriver driver;
    private FolderArtifacts artifacts;
    private String digest;

    @BeforeAll
    static void makeCertificates() {
        serverKeys = Certificates.make(folder, "server");
        clientKeys = Certificates.make(folder, "client");
    }

    @BeforeEach
    void start() throws IOException {
        lxd = new FakeLxd(serverKeys, clientKeys);
        artifacts = new FolderArtifacts(folder.resolve("artifacts"));
        digest = Fixtures.artifact(artifacts, folder);
        driver = Fixtures.driver(Fixtures.values(folder, lxd), artifacts);
    }

    @AfterEach
    void stop() {
        lxd.close();
    }

    private ResourceSpec application(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of("artifact", digest, "start_command", "exec ./run"));
        properties.putAll(more);
        return Fixtures.spec(ID, LxdSpec.APPLICATION, properties);
    }

    private ResourceSpec build(Map<String, Object> more) {
        Map<String, Object> properties =
                new HashMap<>(Map.of("source", digest, "commands", List.of("make", "make check")));
        properties.putAll(more);
        return Fixtures.spec(ID, LxdSpec.BUILD, properties);
    }

    @Test
    void makesAnApplicationWithAnAddressOfItsOwnAndTakesItAwayAgain() throws Exception {
        Observation made = driver.apply(
                application(Map.of(
                        "env",
                        Map.of("GREETING", "it's \"me\"\nand you"),
                        "secrets",
                        Map.of("TOKEN", "s3cret"),
                        "cpu",
                        "1500m",
                        "memory",
                        "256Mi",
                        "disk",
                        "1Gi")),
                progress);

        assertThat(made.state()).isEqualTo(State.RUNNING);
        assertThat(made.outputs())
                .containsEntry("vm_id", NAME)
                .containsEntry("ip_address", "127.0.0.1")
                .containsEntry("address", "127.0.0.1:" + lxd.applicationPort());
        assertThat(made.facts())
                .containsEntry("restarts", "0")
                .containsEntry("supervision", "systemd")
                .containsEntry("limits.cpu", "150ms/100ms, by LXD")
                .containsEntry("isolation", "unprivileged container of LXD");
        assertThat(lxd.file(NAME, Guests.ENVIRONMENT).orElseThrow())
                .contains("GREETING='it'\\''s \"me\"\nand you'\n", "TOKEN='s3cret'\n");
        assertThat(lxd.file(NAME, Guests.COMMAND)).contains("exec ./run\n");
        var tags = lxd.instances().get(NAME).path("config");
        assertThat(tags.path("user.forge.tenant").asText()).isEqualTo("ten_a");
        assertThat(tags.path("user.forge.owner").asText()).isEqualTo("rel-1");
        assertThat(tags.path("user.forge.resource").asText()).isEqualTo(ID);
        assertThat(lxd.instances().get(NAME).toString()).doesNotContain("s3cret");
        assertThat(driver.inventory()).containsExactly(new Held(ID, "ten_a", "rel-1", NAME + ", shop in dev"));
        assertThat(driver.logs(ID, 1)).containsExactly("second line");
        assertThat(driver.usage(ID).orElseThrow().memoryLimitBytes()).isEqualTo(256L << 20);
        assertThat(driver.usage(ID).orElseThrow().cpuCores()).isNotNull();

        driver.delete(ID, progress);

        assertThat(progress.lines).contains("app: second line");
        assertThat(lxd.instances()).isEmpty();
        assertThat(driver.observe(ID)).isEmpty();
        assertThat(driver.inventory()).isEmpty();
        driver.delete(ID, progress);
    }

    private List<String> missing(String image, Object tools) {
        return driver.check(build(Map.of("image", image, "tools", tools))).stream()
                .map(problem -> problem.property() + ": " + problem.message())
                .toList();
    }

    private static Map<String, Object> tool(String command, String version) {
        return version == null ? Map.of("command", command) : Map.of("command", command, "version", version);
    }

    @Test
    void saysWhichToolsAnImageLacksBeforeAnythingIsMade() {
        lxd.tools = " python3 = 3.11.2, python3 -m ensurepip,node=12.22,npm,odd=new,=5";

        assertThat(missing("forge", List.of(tool("python3", "3.8"), tool("python3 -m ensurepip", null))))
                .isEmpty();
        assertThat(missing(
                        "forge",
                        List.of(
                                tool("php", "8.1"),
                                tool("composer", null),
                                tool("node", "18"),
                                tool("npm", "9"),
                                tool("odd", "1"))))
                .containsExactly(
                        "tools: php 8.1 or newer is missing (image forge)",
                        "tools: composer is missing (image forge)",
                        "tools: node 18 or newer is needed, and 12.22 is there (image forge)",
                        "tools: npm 9 or newer is needed, and the one that is there tells no version (image forge)",
                        "tools: odd 1 or newer is needed, and the one that is there tells no version (image forge)");
        assertThat(missing("forge", List.of(tool("node; id", null))))
                .containsExactly("tools: must be a list of at most 40 tools, each with its command and version");
        assertThat(lxd.calls).noneMatch(call -> call.startsWith("POST"));
        // read once, and not for each question
        assertThat(lxd.calls).filteredOn(call -> call.contains("/images/")).hasSize(2);
    }

    @Test
    void objectsToNothingWhereAnImageDoesNotTellItsToolsAndSaysSo() throws Exception {
        assertThat(missing("forge", List.of(tool("php", "8.1")))).isEmpty();
        assertThat(missing("another/../x", List.of(tool("php", "8.1")))).isEmpty();

        driver.apply(build(Map.of()), progress);

        assertThat(progress.lines)
                .anyMatch(line -> line.startsWith("The image forge does not tell which tools it has"));
        driver.delete(ID, progress);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSE", "NONSENSE", "ENDLESS"})
    void buildsAllTheSameWhenTheImageCannotBeAskedAbout(Fault fault) throws Exception {
        lxd.planOn("GET /1.0/images/aliases/forge", fault);
        assertThat(missing("forge", List.of(tool("php", "8.1")))).isEmpty();
        lxd.planOn("GET /1.0/images/aliases/forge", fault);

        assertThat(driver.apply(build(Map.of()), progress).outputs()).containsKey("artifact");

        assertThat(progress.lines).anyMatch(line -> line.contains("could not be asked for"));
        driver.delete(ID, progress);
    }

    /** One that does not wait for too long where the server keeps silent, and long enough for a slow machine. */
    private LxdDriver patientWith(Fault fault) {
        Map<String, Object> values = Fixtures.values(folder, lxd);
        if (fault == Fault.DO_AND_KEEP_SILENT) {
            values.put("request_timeout_seconds", 8);
        }
        return Fixtures.driver(values, artifacts);
    }

    @Test
    void findsWhatIsThereInsteadOfMakingItAgain() throws Exception {
        driver.apply(application(Map.of()), progress);
        String attempt = lxd.instances()
                .get(NAME)
                .path("config")
                .path("user.forge.attempt")
                .asText();
        lxd.instances().get(NAME).put("status", "Stopped");
        assertThat(driver.observe(ID).orElseThrow().state()).isEqualTo(State.STOPPED);

        assertThat(driver.apply(application(Map.of()), progress).state()).isEqualTo(State.RUNNING);
        assertThat(lxd.instances()
                        .get(NAME)
                        .path("config")
                        .path("user.forge.attempt")
                        .asText())
                .isEqualTo(attempt);

        driver.apply(application(Map.of("memory", "64Mi")), progress);
        assertThat(lxd.instances()
                        .get(NAME)
                        .path("config")
                        .path("user.forge.attempt")
                        .asText())
                .isNotEqualTo(attempt);
    }

    @Test
    void leavesInstancesOfOthersAlone() throws Exception {
        lxd.foreign(NAME);
        assertThat(driver.observe(ID)).isEmpty();
        assertThat(driver.inventory()).isEmpty();

        assertThatThrownBy(() -> driver.apply(application(Map.of()), progress)).isInstanceOf(DriverException.class);
        driver.delete(ID, progress);

        assertThat(lxd.instances()).containsKey(NAME);
    }

    @Test
    void buildsAndKeepsWhatWasBuilt() throws Exception {
        Observation built = driver.apply(build(Map.of()), progress);

        assertThat(built.outputs()).containsKeys("artifact", "size");
        assertThat(artifacts.file("ten_a", built.outputs().get("artifact"))).hasContent("an archive");
        assertThat(progress.lines).containsSubsequence("+ make", "+ make check", "built");
        driver.delete(ID, progress);
        assertThat(lxd.instances()).isEmpty();
    }

    @Test
    void saysHowABuildFailed() {
        lxd.exitOfBuild = 2;
        assertThatThrownBy(() -> driver.apply(build(Map.of()), progress))
                .isInstanceOfSatisfying(DriverException.class, e -> {
                    assertThat(e.code()).isEqualTo("BUILD_FAILED");
                    assertThat(e.retryable()).isFalse();
                    assertThat(e).hasMessageContaining("exit code 2").hasMessageContaining("built");
                });
    }

    @Test
    void endsABuildThatTakesTooLong() {
        lxd.buildHangs = true;
        assertThatThrownBy(() -> driver.apply(build(Map.of("timeout_seconds", 1)), progress))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("BUILD_TIMEOUT"));
    }

    @Test
    void leavesABuildThatIsCancelled() {
        lxd.buildHangs = true;
        progress.cancelled = true;
        assertThatThrownBy(() -> driver.apply(build(Map.of()), progress))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("CANCELLED"));
    }

    @Test
    void saysThatAnApplicationEnded() {
        lxd.applicationDies = true;
        // it listens on no port of this machine
        Map<String, Object> values = Fixtures.values(folder, lxd);
        values.put("port", 1);
        LxdDriver other = Fixtures.driver(values, artifacts);
        assertThatThrownBy(() -> other.apply(application(Map.of()), progress))
                .isInstanceOfSatisfying(DriverException.class, e -> {
                    assertThat(e.code()).isEqualTo("PROCESS_ENDED");
                    assertThat(e).hasMessageContaining("exit code 3").hasMessageContaining("second line");
                });
    }

    @Test
    void passesOnWhyTheServerCannotMakeAVirtualMachine() {
        String reason = "Instance type \"virtual-machine\" is not supported on this server: vhost_vsock is missing";
        lxd.createError = reason;
        assertThatThrownBy(() -> driver.apply(application(Map.of("instance_type", "vm")), progress))
                .isInstanceOfSatisfying(DriverException.class, e -> {
                    assertThat(e).hasMessageContaining(reason);
                    assertThat(e.retryable()).isFalse();
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DO_AND_REFUSE", "DO_AND_KEEP_SILENT", "DO_AND_FAIL_TASK"})
    void goesOnWithAnInstanceThatWasMadeAlthoughTheServerSaidOtherwise(Fault fault) throws Exception {
        lxd.planOn("POST /1.0/instances", fault);

        assertThat(patientWith(fault).apply(application(Map.of()), progress).state())
                .isEqualTo(State.RUNNING);

        assertThat(progress.lines).anyMatch(line -> line.contains("has made the instance all the same"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DO_AND_REFUSE", "DO_AND_FAIL_TASK", "BUSY"})
    void startsWhateverTheServerSays(Fault fault) throws Exception {
        lxd.planOn("PUT /1.0/instances/" + NAME + "/state", fault);
        assertThat(driver.apply(application(Map.of()), progress).state()).isEqualTo(State.RUNNING);
    }

    @Test
    void givesUpOnAnInstanceThatStaysBusy() {
        for (int i = 0; i < 200; i++) {
            lxd.planOn("PUT /1.0/instances/" + NAME + "/state", Fault.BUSY);
        }
        Map<String, Object> values = Fixtures.values(folder, lxd);
        values.put("busy_timeout_seconds", 1);
        LxdDriver impatient = Fixtures.driver(values, artifacts);
        assertThatThrownBy(() -> impatient.apply(application(Map.of()), progress))
                .isInstanceOfSatisfying(DriverException.class, e -> {
                    assertThat(e.code()).isEqualTo("LXD_BUSY");
                    assertThat(e.retryable()).isTrue();
                });
    }

    /** Whatever call goes wrong in whatever way: an application that runs or a reason, and nothing left after a removal. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSE", "DO_AND_REFUSE", "FAIL_TASK", "DO_AND_FAIL_TASK", "NONSENSE", "CUT"})
    void leavesNothingBehindWhicheverCallFails(Fault fault) throws Exception {
        driver.apply(application(Map.of()), progress);
        int calls = lxd.calls.size();
        driver.delete(ID, progress);
        int failed = 0;
        for (int call = 0; call < calls; call++) {
            lxd.plan(lxd.calls.size() + call, fault);
            try {
                assertThat(driver.apply(application(Map.of()), progress).state())
                        .isEqualTo(State.RUNNING);
            } catch (DriverException e) {
                failed++;
                assertThat(e.code()).startsWith("LXD_");
                assertThat(e.getMessage()).isNotBlank();
            }
            lxd.forgetPlans();
            driver.delete(ID, progress);
            assertThat(lxd.instances()).as("call " + call).isEmpty();
            assertThat(driver.inventory()).isEmpty();
        }
        assertThat(failed).isLessThan(calls);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSE", "DO_AND_REFUSE", "FAIL_TASK", "DO_AND_FAIL_TASK", "NONSENSE", "CUT"})
    void isGoneWhenARemovalSaysSo(Fault fault) throws Exception {
        driver.apply(application(Map.of()), progress);
        int before = lxd.calls.size();
        driver.delete(ID, progress);
        int calls = lxd.calls.size() - before;
        for (int call = 0; call < calls; call++) {
            driver.apply(application(Map.of()), progress);
            lxd.plan(lxd.calls.size() + call, fault);
            boolean said = true;
            try {
                driver.delete(ID, progress);
            } catch (DriverException e) {
                said = false;
                assertThat(e.getMessage()).isNotBlank();
            }
            lxd.forgetPlans();
            assertThat(said && !lxd.instances().isEmpty()).as("call " + call).isFalse();
            driver.delete(ID, progress);
            assertThat(lxd.instances()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NONSENSE", "ENDLESS", "DO_AND_KEEP_SILENT", "REFUSE"})
    void refusesHostileAnswersInTime(Fault fault) {
        lxd.plan(0, fault);
        LxdDriver asking = patientWith(fault);
        assertThatThrownBy(() -> asking.observe(ID))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("LXD could not be asked");
    }

    @Test
    void talksToNobodyWithAnotherCertificate() {
        Map<String, Object> values = Fixtures.values(folder, lxd);
        values.put("server_certificate", folder.resolve("client.crt").toString());
        LxdDriver misled = Fixtures.driver(values, artifacts);

        assertThatThrownBy(() -> misled.apply(application(Map.of()), progress))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("the server's certificate is not the one in server.certificate");
        assertThat(lxd.calls).isEmpty();
    }

    @Test
    void isRefusedWithoutAKnownCertificate() {
        Certificates.make(folder, "stranger");
        Map<String, Object> values = Fixtures.values(folder, lxd);
        values.put("client_certificate", folder.resolve("stranger.crt").toString());
        values.put("client_key", folder.resolve("stranger.key").toString());
        LxdDriver stranger = Fixtures.driver(values, artifacts);
        assertThatThrownBy(() -> stranger.apply(application(Map.of()), progress))
                .isInstanceOf(DriverException.class);
        assertThat(lxd.calls).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithItsConfiguration() {
        Map<String, Object> values = Fixtures.values(folder, lxd);
        values.put("client_key", folder.resolve("client.crt").toString());
        LxdDriver wrong = Fixtures.driver(values, artifacts);
        assertThatThrownBy(() -> wrong.apply(application(Map.of()), progress))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        values.put("client_key", "");
        assertThatThrownBy(() -> wrong.apply(application(Map.of()), progress))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("client.key names no file");
    }

    @Test
    void isThereAndNotConfiguredWithoutAServer() {
        LxdDriver idle = Fixtures.driver(Map.of(), artifacts);
        assertThat(idle.check().status()).isEqualTo(HealthCheck.Status.NOT_CONFIGURED);
        assertThat(idle.check(application(Map.of())))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("not configured"));
        assertThat(idle.observe(ID)).isEmpty();
        assertThat(idle.inventory()).isEmpty();
        // what it made when it was configured must not be taken for gone
        assertThatThrownBy(() -> idle.delete(ID, progress))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo("NOT_CONFIGURED"));
    }

    @Test
    void isHealthyWhenTheServerTrustsItAndDegradedWhenItIsAway() {
        await().atMost(WITHIN).until(() -> driver.check().status() == HealthCheck.Status.HEALTHY);
        Map<String, Object> values = Fixtures.values(folder, lxd);
        values.put("url", "https://localhost:1");
        LxdDriver alone = Fixtures.driver(values, artifacts);
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(alone.check().message()).contains("cannot be reached"));
        assertThat(alone.check().status()).isEqualTo(HealthCheck.Status.DEGRADED);
    }
}
