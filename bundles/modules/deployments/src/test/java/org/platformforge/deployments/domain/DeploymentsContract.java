package org.platformforge.deployments.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.deployments.domain.TestDeployments.order;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.deployments.domain.Lifecycle.Changes;
import org.platformforge.deployments.domain.LogEntry.Stage;
import org.platformforge.deployments.domain.Statistics.Figures;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.TestCaller;

/** What deployments promise, on the real store and the real operations of either database. */
abstract class DeploymentsContract {
    private static final Operation.Failure BUILD_FAILED =
            new Operation.Failure("BUILD_FAILED", "The build ended with exit code 1", List.of());

    private final DatabaseKind kind;
    private TestDeployments test;
    private FakeWorld world;

    DeploymentsContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        test = new TestDeployments(kind, Map.of("log_lines", 120));
        world = test.world;
        world.files.put("app.py", "print('hello')");
    }

    @AfterEach
    void close() throws InterruptedException {
        test.close();
    }

    private static PlatformException refused(Runnable call) {
        return catchThrowableOfType(PlatformException.class, call::run);
    }

    private static List<String> messages(Runnable call) {
        PlatformException refused = refused(call);
        assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION);
        return refused.fields().stream().map(FieldError::message).toList();
    }

    private Deployment running(String name) {
        int before = world.requests.size();
        Deployment made = test.deploy(ALICE, order(name));
        test.awaitRequests(before + 1);
        world.become(Release.Status.ACTIVE, null);
        // its preparation may not have ended yet when its release serves
        Deployment up = test.settled(ALICE, made);
        assertThat(up.status()).isEqualTo(Status.RUNNING);
        return up;
    }

    @Test
    void saysEverythingThatIsWrongAtOnceInTheDocumentsWords() {
        Order bad = new Order(
                "a b",
                "docker",
                "cobol",
                "ftp://github.com/acme/shop",
                17,
                null,
                9999,
                "../up",
                "two words",
                "healthz",
                Map.of("1A", "x"),
                Map.of("PORT", "x", "FORGE_X", "y"),
                Map.of("A", "\0"),
                Map.of("HOST", "x"));

        assertThat(messages(() -> test.deploy(ALICE, bad)))
                .contains(
                        "Invalid name. Must be 3 to 50 letters, digits, hyphens and underscores",
                        "Invalid deployment_type. Must be 'vm' or 'lxc'",
                        "Invalid framework. Must be one of express, laravel, python",
                        "Invalid GitHub URL",
                        "Invalid resources.cores. Must be 1-16",
                        "Invalid resources.memory. Must be 256-32768 MB",
                        "Invalid resources.disk. Must be 5-500 GB",
                        "1A is not the name of an environment variable",
                        "PORT is set by the platform",
                        "FORGE_X is set by the platform")
                .contains("HOST is set by the platform")
                .hasSize(15);
        assertThat(test.deployments.ids(ALICE)).isEmpty();
    }

    @Test
    void saysWhatCouldNotBeReadTogetherWithEverythingElse() {
        Order read = new Order(null, "lxc", "cobol", null, null, 2048, 9999, null, null, null, null, null, null, null);
        List<FieldError> unreadable = List.of(
                new FieldError("name", "must be a string"),
                new FieldError("resources.cores", "must be a whole number"),
                new FieldError("env.COLOUR", "must be a string"));

        assertThat(messages(() -> test.deployments.deploy(ALICE, read, unreadable)))
                .containsExactly(
                        "must be a string",
                        "must be a whole number",
                        "must be a string",
                        "Invalid framework. Must be one of express, laravel, python",
                        "Invalid GitHub URL",
                        "Invalid resources.disk. Must be 5-200 GB for LXC");
        assertThat(test.deployments.ids(ALICE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://github.com/acme/shop",
                "https://github.com/acme",
                "https://github.com/acme/shop/tree/main",
                "https://github.com/acme/shop?x=1",
                "https://github.com/acme/..",
                "https://github.com/../shop",
                "https://github.com/acme/a..b",
                "https://user:password@github.com/acme/shop",
                "https://github.com.evil.example/acme/shop",
                "https://github.com:443/acme/shop",
                "https://github.com/acme/shop\n",
                "https://github.com/acme/$(id)",
                "https://github.com/-acme/shop",
                "file:///etc/passwd",
                "https://169.254.169.254/acme/shop",
                ""
            })
    void takesNothingForARepositoryThatIsNone(String url) {
        Order hostile = new Order("shop", "vm", "python", url, 1, 512, 10, null, null, null, null, null, null, null);
        assertThat(messages(() -> test.deploy(ALICE, hostile))).containsExactly("Invalid GitHub URL");
    }

    @Test
    void keepsToTheLimitsOfEachMachine() {
        for (String[] row : new String[][] {
            {"vm", "1", "512", "10", ""},
            {"vm", "16", "32768", "500", ""},
            {"vm", "0", "511", "9", "cores memory disk"},
            {"vm", "17", "32769", "501", "cores memory disk"},
            {"lxc", "1", "256", "5", ""},
            {"lxc", "8", "16384", "200", ""},
            {"lxc", "9", "16385", "201", "cores memory disk"}
        }) {
            OrderRules rules = new OrderRules();
            rules.check(
                    new Order(
                            "shop",
                            row[0],
                            "python",
                            "https://github.com/acme/shop",
                            Integer.valueOf(row[1]),
                            Integer.valueOf(row[2]),
                            Integer.valueOf(row[3]),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null),
                    List.of("python"));
            assertThat(rules.clean()).as(String.join(" ", row)).isEqualTo(row[4].isEmpty());
        }
    }

    @Test
    void saysWhichToolsTheEngineLacksBeforeAnythingIsMade() {
        world.missing.put("php", "php 8.1 or newer is missing");
        world.missing.put("composer", "composer 2.2 or newer is missing");
        Order laravel = new Order(
                "shop",
                "vm",
                "laravel",
                "https://github.com/acme/shop",
                1,
                512,
                10,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        assertThat(messages(() -> test.deploy(ALICE, laravel)))
                .containsExactly(
                        "framework laravel: php 8.1 or newer is missing",
                        "framework laravel: composer 2.2 or newer is missing");
        assertThat(test.deployments.ids(ALICE)).isEmpty();
    }

    @Test
    void showsNothingToAnotherTenantNorForWhatIsNoId() {
        Deployment shop = running("shop");
        for (String id : List.of(shop.id(), "x", "../x", "no such\0id", "' OR 1=1 --")) {
            assertThat(refused(() -> test.deployments.get(BOB, id)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
            assertThat(refused(() -> test.lifecycle.delete(BOB, id)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
            assertThat(refused(() -> test.lifecycle.stop(BOB, id)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
            assertThat(refused(() -> test.lifecycle.redeploy(BOB, id, null)).kind())
                    .isEqualTo(ErrorKind.NOT_FOUND);
            assertThat(refused(() -> test.lifecycle.rollback(BOB, id, 1)).kind())
                    .isEqualTo(ErrorKind.NOT_FOUND);
            assertThat(refused(() -> test.deployments.releases(BOB, id, PageRequest.first(1)))
                            .kind())
                    .isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(test.deployments.ids(BOB)).isEmpty();
        assertThat(test.statistics.of(BOB).total()).isZero();
        assertThat(test.deployments.current(ALICE, shop.id()).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void goesThroughAllStatesToRunning() {
        Deployment made = test.deploy(ALICE, order("My_Shop"));
        assertThat(made.status()).isEqualTo(Status.PENDING);
        assertThat(made.sealed()).doesNotContain("s3cret value").doesNotContain("repository-token");
        test.awaitRequests(1);
        test.await(ALICE, made, Status.PROVISIONING);
        world.become(Release.Status.DEPLOYING, null);
        test.await(ALICE, made, Status.DEPLOYING);
        world.become(Release.Status.ACTIVE, null);
        Deployment up = test.await(ALICE, made, Status.RUNNING);

        assertThat(up.seen().engine()).isEqualTo("process");
        assertThat(up.seen().url()).isEqualTo("http://x.localhost/");
        assertThat(up.seen().ipAddress()).isNull();
        assertThat(up.times().deployedAt()).isNotNull();
        assertThat(up.times().leadMillis()).isNotNull();
        List<Deployment.Change> history = test.deployments.get(ALICE, made.id()).history();
        assertThat(history)
                .extracting(Deployment.Change::status)
                .containsExactly(Status.PENDING, Status.PROVISIONING, Status.DEPLOYING, Status.RUNNING);
        assertThat(history).extracting(Deployment.Change::at).isSorted();
        DeployRequest request = world.requests.get(0);
        assertThat(request.service()).matches("my-shop-[0-9a-f]{6}");
        assertThat(request.environment()).isEqualTo("default");
        assertThat(request.source().fetched().artifact()).isEqualTo(FakeWorld.SOURCE);
        assertThat(request.source().repository()).isEqualTo("https://github.com/acme/shop");
        assertThat(request.source().token()).isEqualTo("repository-token");
        assertThat(request.build().env()).containsEntry("MODE", "fast").doesNotContainKey("COLOUR");
        assertThat(request.run().start()).isEqualTo("exec python3 app.py");
        assertThat(request.run().env()).containsEntry("COLOUR", "blue").containsEntry("PYTHONUNBUFFERED", "1");
        assertThat(request.run().secrets()).containsOnly(Map.entry("TOKEN", "s3cret value"));
        assertThat(request.build().secrets()).containsOnly(Map.entry("NPM_TOKEN", "b1ild secret"));
        assertThat(request.build() + " " + made + order("x")).doesNotContain("b1ild secret");
        assertThat(request.scale())
                .isEqualTo(new DeployRequest.Scale(1, "2", "2048Mi", null, "container", "20Gi", "python"));
    }

    @Test
    void leavesNoStateOutForWhoLooksLate() {
        Deployment up = running("shop");
        assertThat(test.deployments.get(ALICE, up.id()).history())
                .extracting(Deployment.Change::status)
                .containsExactly(Status.PENDING, Status.PROVISIONING, Status.DEPLOYING, Status.RUNNING);
    }

    @Test
    void failsWithTheReasonAndMakesNothing() {
        world.files.clear();
        world.files.put("README.md", "nothing to run");
        Deployment unknown = test.settled(ALICE, test.deploy(ALICE, order("shop")));
        assertThat(unknown.status()).isEqualTo(Status.FAILED);
        assertThat(unknown.error().code()).isEqualTo("FRAMEWORK_NOT_RECOGNIZED");
        assertThat(unknown.error().message())
                .isEqualTo(
                        "The repository is no Python application: there is none of main.py, app.py, server.py, run.py,"
                                + " and no Procfile");

        world.files.put("app.py", "");
        world.files.put("requirements.txt", "flask");
        world.missing.put("python3 -m ensurepip", "python3 -m ensurepip is missing");
        Deployment lacking = test.settled(ALICE, test.deploy(ALICE, order("shop")));
        assertThat(lacking.error().code()).isEqualTo("TOOLCHAIN_MISSING");
        assertThat(lacking.error().message()).isEqualTo("The engine cannot build it: python3 -m ensurepip is missing");

        world.fetchFailure = OperationException.fatal("REF_NOT_FOUND", "The repository has no v1", null);
        Deployment nowhere = test.settled(ALICE, test.deploy(ALICE, order("shop")));
        assertThat(nowhere.error().code()).isEqualTo("REF_NOT_FOUND");
        assertThat(world.requests).isEmpty();
        assertThat(test.statistics.of(ALICE).reasons())
                .containsOnly(
                        Map.entry("FRAMEWORK_NOT_RECOGNIZED", 1L),
                        Map.entry("TOOLCHAIN_MISSING", 1L),
                        Map.entry("REF_NOT_FOUND", 1L));

        world.fetchFailure = null;
        world.missing.clear();
        Deployment again = test.lifecycle.redeploy(ALICE, nowhere.id(), null);
        assertThat(again.status()).isEqualTo(Status.PENDING);
        test.awaitRequests(1);
        world.become(Release.Status.ACTIVE, null);
        assertThat(test.await(ALICE, again, Status.RUNNING).error()).isNull();
    }

    /** What goes wrong before delivery has begun a release. */
    private enum Fault {
        REF_NOT_FOUND("The repository has no v2"),
        SOURCE_UNAVAILABLE("The repository does not answer"),
        FRAMEWORK_NOT_RECOGNIZED("The repository is no Python application"),
        TOOLCHAIN_MISSING("The engine cannot build it: python3 -m ensurepip is missing"),
        UNAVAILABLE("The module that takes care of engines is not there at the moment"),
        CONFLICT("Another release of the service is being rolled out there");

        private final String message;

        Fault(String message) {
            this.message = message;
        }

        void in(FakeWorld world) {
            switch (this) {
                case REF_NOT_FOUND -> world.fetchFailure = OperationException.fatal(name(), message, null);
                case SOURCE_UNAVAILABLE ->
                    world.fetchFailure = OperationException.transientFailure(name(), message, Duration.ZERO, null);
                case FRAMEWORK_NOT_RECOGNIZED -> world.files.clear();
                case TOOLCHAIN_MISSING -> {
                    world.files.put("requirements.txt", "flask");
                    world.missing.put("python3 -m ensurepip", "python3 -m ensurepip is missing");
                }
                default -> world.refusal = PlatformException.of(ErrorKind.valueOf(name()), message);
            }
        }
    }

    private void repair() {
        world.fetchFailure = null;
        world.refusal = null;
        world.missing.clear();
        world.files.clear();
        world.files.put("app.py", "print('hello')");
    }

    @ParameterizedTest
    @EnumSource
    void goesOnServingWhateverFailsBeforeTheRelease(Fault fault) {
        Deployment up = running("shop");
        fault.in(world);

        Deployment after = test.settled(ALICE, test.lifecycle.redeploy(ALICE, up.id(), "v2"));

        assertThat(after.status()).isEqualTo(Status.RUNNING);
        assertThat(after.error().code()).isEqualTo(fault.name());
        assertThat(after.error().message()).contains(fault.message);
        assertThat(after.seen()).isEqualTo(up.seen());
        assertThat(after.times().deployedAt()).isEqualTo(up.times().deployedAt());
        Deployments.View view = test.deployments.get(ALICE, up.id());
        assertThat(view.history()).hasSize(4);
        assertThat(view.target().current().number()).isEqualTo(1);
        assertThat(view.target().rollingOut()).isNull();
        assertThat(view.target().instances()).hasSize(1);
        assertThat(world.requests).hasSize(1);

        repair();
        Deployment again = test.lifecycle.redeploy(ALICE, up.id(), null);
        test.awaitRequests(2);
        world.become(Release.Status.ACTIVE, null);
        assertThat(test.settled(ALICE, again).error()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void makesNothingWhateverFailsBeforeTheFirstRelease(Fault fault) {
        fault.in(world);

        Deployment failed = test.settled(ALICE, test.deploy(ALICE, order("shop")));

        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.error().code()).isEqualTo(fault.name());
        assertThat(failed.error().message()).contains(fault.message);
        assertThat(failed.seen().url()).isNull();
        assertThat(test.deployments.get(ALICE, failed.id()).target()).isNull();
        assertThat(world.requests).isEmpty();
        assertThat(test.lifecycle.delete(ALICE, failed.id()).status()).isEqualTo(Status.DELETED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnWhereTheNodeWasKilledWhileItFetched(boolean serves) throws Exception {
        Deployment up = serves ? running("shop") : null;
        int before = world.requests.size();
        CountDownLatch fetching = new CountDownLatch(1);
        world.fetching = fetching;
        Deployment begun = serves ? test.lifecycle.redeploy(ALICE, up.id(), "v2") : test.deploy(ALICE, order("shop"));
        fetching.await();

        test.restart();

        assertThat(test.deployments.current(ALICE, begun.id()).status())
                .isIn(serves ? List.of(Status.RUNNING) : List.of(Status.PENDING, Status.PROVISIONING));
        test.awaitRequests(before + 1);
        world.become(Release.Status.ACTIVE, null);
        Deployment after = test.settled(ALICE, begun);
        assertThat(after.status()).isEqualTo(Status.RUNNING);
        assertThat(after.error()).isNull();
        assertThat(world.requests).hasSize(before + 1);
    }

    @Test
    void goesOnServingWhenARedeployFails() {
        Deployment up = running("shop");
        Deployment begun = test.lifecycle.redeploy(ALICE, up.id(), "v2");
        assertThat(begun.status()).isEqualTo(Status.RUNNING);
        assertThat(refused(() -> test.lifecycle.redeploy(ALICE, up.id(), "v3")).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        test.awaitRequests(2);
        world.become(Release.Status.FAILED, BUILD_FAILED);

        Deployment after = test.settled(ALICE, begun);

        assertThat(after.status()).isEqualTo(Status.RUNNING);
        assertThat(after.error().code()).isEqualTo("BUILD_FAILED");
        assertThat(after.seen().url()).isNotNull();
        assertThat(test.deployments.get(ALICE, up.id()).history()).hasSize(4);
    }

    @Test
    void failsWhenItsFirstReleaseDoes() {
        Deployment made = test.deploy(ALICE, order("shop"));
        test.awaitRequests(1);
        world.become(Release.Status.FAILED, BUILD_FAILED);
        Deployment failed = test.await(ALICE, made, Status.FAILED);
        assertThat(failed.error()).isEqualTo(new Deployment.Failure("BUILD_FAILED", BUILD_FAILED.message()));
        assertThat(failed.seen().url()).isNull();
        assertThat(test.lifecycle.delete(ALICE, made.id()).status()).isEqualTo(Status.DELETED);
    }

    @Test
    void stopsStartsAndDeletesWhenItsEngineSaysSo() {
        Deployment up = running("shop");
        world.written.put("res-rel-001", new ArrayList<>(List.of("hello", "the token is s3cret value")));
        world.keepsInstances = true;
        Deployment stopping = test.lifecycle.stop(ALICE, up.id());
        assertThat(test.deployments.current(ALICE, up.id()).status()).isEqualTo(Status.RUNNING);
        assertThat(refused(() -> test.lifecycle.start(ALICE, up.id())).kind()).isEqualTo(ErrorKind.CONFLICT);
        world.present.clear();
        Deployment stopped = test.await(ALICE, stopping, Status.STOPPED);
        assertThat(stopped.seen().url()).isNull();

        world.keepsInstances = false;
        Deployment starting = test.lifecycle.start(ALICE, up.id());
        assertThat(starting.status()).isEqualTo(Status.PENDING);
        world.become(Release.Status.ACTIVE, null);
        test.await(ALICE, starting, Status.RUNNING);

        test.lifecycle.delete(ALICE, up.id());
        Deployment gone = test.await(ALICE, up, Status.DELETED);
        assertThat(gone.times().deletedAt()).isNotNull();
        assertThat(refused(() -> test.lifecycle.redeploy(ALICE, up.id(), null)).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        assertThat(test.lifecycle.delete(ALICE, up.id()).status()).isEqualTo(Status.DELETED);
        assertThat(test.deployments.ids(ALICE)).isEmpty();
        assertThat(test.deployments
                        .list(ALICE, Status.DELETED, PageRequest.first(5))
                        .total())
                .isEqualTo(1);
        List<LogEntry> kept = test.logs.tail(gone, 100);
        assertThat(kept).extracting(LogEntry::line).contains("hello", "the token is ********");
        assertThat(kept).extracting(LogEntry::stage).contains(Stage.PROVISIONING, Stage.RUNTIME);
    }

    @Test
    void cancelsWhatIsOnItsWayBeforeItDeletes() {
        Deployment made = test.deploy(ALICE, order("shop"));
        test.awaitRequests(1);
        test.await(ALICE, made, Status.PROVISIONING);
        Deployment deleting = test.lifecycle.delete(ALICE, made.id());
        assertThat(deleting.work().busy()).isTrue();
        world.become(Release.Status.CANCELLED, null);
        assertThat(test.await(ALICE, made, Status.DELETED).error()).isNull();
    }

    @Test
    void givesWhatRunsAnotherConfigurationWithTheSameArtifact() {
        Deployment up = running("shop");
        Changes changes = new Changes(null, 4, null, null, "/healthz", null, Map.of("COLOUR", "red"), null, null, null);
        Deployment begun = test.lifecycle.configure(ALICE, up.id(), changes);
        test.awaitRequests(2);
        world.become(Release.Status.ACTIVE, null);
        Deployment after = test.settled(ALICE, begun);

        DeployRequest request = world.requests.get(1);
        assertThat(request.source().artifact()).isEqualTo(FakeWorld.BUILT);
        assertThat(request.source().fetched()).isNull();
        assertThat(request.scale().cpu()).isEqualTo("4");
        assertThat(request.run().probePath()).isEqualTo("/healthz");
        assertThat(request.run().env()).containsEntry("COLOUR", "red").containsEntry("PYTHONUNBUFFERED", "1");
        assertThat(request.run().secrets()).containsEntry("TOKEN", "s3cret value");
        assertThat(after.spec().memory()).isEqualTo(2048);
        assertThat(after.error()).isNull();
        Changes bad = new Changes(null, 99, null, null, null, null, Map.of("PORT", "1"), null, null, null);
        assertThat(messages(() -> test.lifecycle.configure(ALICE, up.id(), bad)))
                .hasSize(2);

        test.lifecycle.rollback(ALICE, up.id(), 1);
        world.become(Release.Status.ACTIVE, null);
        test.settled(ALICE, up);
        assertThat(test.deployments
                        .releases(ALICE, up.id(), PageRequest.first(1))
                        .items()
                        .get(0)
                        .rollbackOf())
                .isEqualTo(1);
    }

    @Test
    void leavesADeploymentAsItIsWhenTheReleaseToGoBackToIsGone() {
        Deployment up = running("shop");
        Changes changes = new Changes(null, 4, null, null, null, null, null, null, null, null);
        Deployment begun = test.lifecycle.configure(ALICE, up.id(), changes);
        test.awaitRequests(2);
        world.become(Release.Status.ACTIVE, null);
        Deployment serving = test.settled(ALICE, begun);
        List<Release> listed =
                test.deployments.releases(ALICE, up.id(), PageRequest.first(10)).items();
        assertThat(test.deployments.returnable(ALICE, listed))
                .containsExactly(listed.get(1).id());
        world.gone.add(FakeWorld.BUILT);

        PlatformException refused = refused(() -> test.lifecycle.rollback(ALICE, up.id(), 1));

        assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused.code()).contains("ARTIFACT_GONE");
        assertThat(test.deployments.returnable(ALICE, listed)).isEmpty();
        Deployment after = test.deployments.current(ALICE, up.id());
        assertThat(after.status()).isEqualTo(Status.RUNNING);
        assertThat(after.work()).isEqualTo(serving.work());
        assertThat(after.error()).isNull();
        assertThat(world.requests).hasSize(2);
    }

    @Test
    void buildsAnewWhenASecretOfTheBuildIsAnotherOne() {
        Deployment up = running("shop");
        int asked = 1;
        for (String secret : List.of("b1ild secret", "another secret")) {
            Changes changes =
                    new Changes(null, null, null, null, null, null, null, null, null, Map.of("NPM_TOKEN", secret));
            Deployment begun = test.lifecycle.configure(ALICE, up.id(), changes);
            test.awaitRequests(++asked);
            world.become(Release.Status.ACTIVE, null);
            test.settled(ALICE, begun);
        }
        assertThat(world.requests.get(1).source().fetched()).isNull();
        assertThat(world.requests.get(2).source().fetched()).isNotNull();
        assertThat(world.requests.get(2).build().secrets()).containsOnly(Map.entry("NPM_TOKEN", "another secret"));
        assertThat(world.requests.get(2).run().secrets()).containsOnly(Map.entry("TOKEN", "s3cret value"));
    }

    @Test
    void itsReleasesNameWhoHasAskedForThem() {
        Deployment made = running("shop");
        test.lifecycle.redeploy(new TestCaller(ALICE.tenantId(), "user_carol"), made.id(), "v2");
        test.awaitRequests(2);

        assertThat(test.deployments
                        .releases(ALICE, made.id(), PageRequest.first(10))
                        .items())
                .extracting(Release::createdBy)
                .containsExactly("user_carol", ALICE.subject());
    }

    @Test
    void findsTheReleaseAgainThatACrashLeftBehind() {
        world.forgetful = true;
        Deployment made = test.deploy(ALICE, order("shop"));
        awaitPrepared(made);
        assertThat(world.requests).hasSize(1);
        world.become(Release.Status.ACTIVE, null);
        assertThat(test.await(ALICE, made, Status.RUNNING).error()).isNull();
    }

    @Test
    void isNotMisledByWhatItSawTooEarly() {
        Deployment up = running("shop");
        world.frozen = world.target("ten_a", up.service(), "default");
        Deployment begun = test.lifecycle.redeploy(ALICE, up.id(), "v2");
        awaitPrepared(begun);
        assertThat(test.deployments.current(ALICE, up.id()).work().busy())
                .as("its second release is on its way")
                .isTrue();
        world.frozen = null;
        world.become(Release.Status.ACTIVE, null);
        test.settled(ALICE, begun);

        world.frozen = Optional.empty();
        Deployment made = test.deploy(ALICE, order("other"));
        awaitPrepared(made);
        Deployment deleting = test.lifecycle.delete(ALICE, made.id());
        assertThat(deleting.status()).as("its release is on its way").isNotEqualTo(Status.DELETED);
        world.become(Release.Status.ACTIVE, null);
        assertThat(test.deployments.current(ALICE, made.id()).status())
                .as("its release serves")
                .isNotEqualTo(Status.DELETED);
        world.frozen = null;
        test.await(ALICE, made, Status.DELETED);
    }

    private void awaitPrepared(Deployment deployment) {
        Awaitility.await()
                .atMost(TestDeployments.SOON)
                .until(() -> test.operations
                        .find("ten_a", deployment.work().operationId())
                        .orElseThrow()
                        .status()
                        .finished());
    }

    @Test
    void goesOnByItselfWhenNobodyLooks() {
        Deployment made = test.deploy(ALICE, order("shop"));
        test.awaitRequests(1);
        world.become(Release.Status.ACTIVE, null);
        Awaitility.await().atMost(TestDeployments.SOON).until(() -> {
            test.task.run();
            return test.deployments.require(ALICE, made.id()).status() == Status.RUNNING;
        });
    }

    @Test
    void writesEachStateOnceHoweverManyLook() throws Exception {
        Deployment made = test.deploy(ALICE, order("shop"));
        test.awaitRequests(1);
        world.become(Release.Status.ACTIVE, null);
        ExecutorService many = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Deployment>> looks = IntStream.range(0, 40)
                    .<Callable<Deployment>>mapToObj(i -> () -> test.deployments.current(ALICE, made.id()))
                    .toList();
            for (var look : many.invokeAll(looks)) {
                look.get();
            }
        } finally {
            many.shutdownNow();
        }
        test.await(ALICE, made, Status.RUNNING);
        assertThat(test.deployments.get(ALICE, made.id()).history()).hasSize(4);
    }

    @Test
    void marksWhereLinesAreMissing() {
        Deployment up = running("shop");
        List<String> written = new ArrayList<>();
        world.written.put("res-rel-001", written);
        IntStream.range(0, 100).forEach(i -> written.add("line " + i));
        test.logs.collect(up);
        test.logs.collect(up);
        assertThat(runtime(up)).hasSize(100).doesNotHaveDuplicates().endsWith("line 99");
        IntStream.range(100, 130).forEach(i -> written.add("line " + i));
        test.logs.collect(up);
        List<LogEntry> all = test.logs.after(up, 0, 10_000);
        assertThat(all.get(0).stage()).isEqualTo(Stage.GAP);
        assertThat(all.get(0).line()).endsWith("older lines were dropped ---");
        assertThat(all).hasSize(121);

        written.clear(); // the engine's own log has turned over
        written.add("something else");
        test.logs.collect(up);
        List<LogEntry> tail = test.logs.tail(up, 2);
        assertThat(tail).extracting(LogEntry::stage).containsExactly(Stage.GAP, Stage.RUNTIME);
        long next = tail.get(1).sequence();
        assertThat(test.logs.after(up, next, 10)).isEmpty();
    }

    private List<String> runtime(Deployment deployment) {
        return test.logs.after(deployment, 0, 10_000).stream()
                .filter(entry -> entry.stage() == Stage.RUNTIME)
                .map(LogEntry::line)
                .toList();
    }

    @Test
    void countsAsTheDocumentDoes() {
        assertThat(test.statistics.of(ALICE).successRate()).isZero();
        running("one-app");
        running("two-app");
        Deployment failing = test.deploy(ALICE, order("three-app"));
        test.awaitRequests(3);
        world.become(Release.Status.FAILED, BUILD_FAILED);
        test.await(ALICE, failing, Status.FAILED);

        Figures figures = test.statistics.of(ALICE);
        assertThat(figures.total()).isEqualTo(3);
        assertThat(figures.running()).isEqualTo(2);
        assertThat(figures.failed()).isEqualTo(1);
        assertThat(figures.successRate()).isEqualTo(66.7);
        assertThat(figures.leadMedian()).isNotNull();
        assertThat(figures.reasons()).containsExactly(Map.entry("BUILD_FAILED", 1L));
        assertThat(Statistics.rate(12, 15)).isEqualTo(80.0);
        test.lifecycle.delete(ALICE, failing.id());
        assertThat(test.statistics.of(ALICE).successRate()).isEqualTo(100.0);
        assertThat(test.deployments.list(ALICE, null, PageRequest.first(1)).nextCursor())
                .isPresent();
    }
}
