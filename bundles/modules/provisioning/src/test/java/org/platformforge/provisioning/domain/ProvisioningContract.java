package org.platformforge.provisioning.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.provisioning.domain.template.ParameterSchema;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.testing.ServiceReferences;
import org.platformforge.provisioning.testing.TestConfig;

/** What provisioning promises, on the real store and the real operations of either database. */
abstract class ProvisioningContract {
    private final DatabaseKind kind;
    private TestPlatform platform;

    ProvisioningContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        platform = new TestPlatform(kind);
    }

    @AfterEach
    void stop() throws InterruptedException {
        platform.close();
    }

    @Test
    void makesEveryResourceInOrderAndAnswersTheOutputs() {
        Provision accepted = platform.create(ALICE, "my-app", "dev");

        ProvisionService.Detail done = platform.awaitEnd(ALICE, accepted.id());

        assertThat(accepted.status()).isEqualTo(ProvisionStatus.IN_PROGRESS);
        assertThat(accepted.estimate()).isEqualTo(Duration.ofSeconds(8));
        assertThat(done.provision().status()).isEqualTo(ProvisionStatus.COMPLETED);
        assertThat(done.provision().outputs())
                .containsOnly(
                        Map.entry("alb_dns_name", "my-app-dev.localhost"),
                        Map.entry("url", "http://my-app-dev.localhost:8181/"));
        assertThat(done.provision().engines()).containsExactly("gateway", "process");
        assertThat(done.operation().steps())
                .extracting(Operation.Step::name)
                .containsExactly("create-app", "create-route", "verify");
        assertThat(done.operation().output()).containsKey("url");
        assertThat(done.resources()).allSatisfy(r -> assertThat(r.status()).isEqualTo(ResourceStatus.ACTIVE));
        assertThat(platform.gateway.held.values()).singleElement().satisfies(route -> {
            assertThat(route.properties())
                    .containsEntry("host", "my-app-dev")
                    .containsEntry("upstream", "127.0.0.1:40001")
                    .containsEntry("backend", platform.resource(done, "app").id());
            assertThat(route.tenantId()).isEqualTo("ten_a");
            assertThat(route.provisionId()).isEqualTo(accepted.id());
        });
    }

    @Test
    void readsAResourceAsItsRowIsNow() {
        Provision provision = platform.create(ALICE, "my-app", "dev");
        String id = platform.resource(platform.awaitEnd(ALICE, provision.id()), "app")
                .id();

        Resource first = read("ten_a", id).orElseThrow();
        assertThat(first)
                .isEqualTo(platform.database
                        .call("ten_a", tx -> platform.resourceRows.find(tx, id))
                        .orElseThrow());
        assertThat(read("ten_a", id)).contains(first);
        assertThat(read("ten_b", id)).isEmpty();

        platform.database.run("ten_a", tx -> platform.resourceRows.fault(tx, id, new Fault("BROKEN", "It is broken")));
        assertThat(read("ten_a", id).orElseThrow().error()).isEqualTo(new Fault("BROKEN", "It is broken"));
        assertThat(read("ten_b", id)).isEmpty();

        platform.database.run("ten_a", tx -> platform.resourceRows.remove(tx, id));
        assertThat(read("ten_a", id)).isEmpty();
    }

    private Optional<Resource> read(String tenantId, String id) {
        return platform.database.call(tenantId, tx -> platform.resourceRows.read(tx, id));
    }

    @Test
    void tellsTheOutboxAndTheAuditLogWithTheChangeItself() {
        Provision provision = platform.create(ALICE, "my-app", "dev");
        platform.awaitEnd(ALICE, provision.id());

        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'provision.created'"))
                .isOne();
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'provision.completed'"))
                .isOne();
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'resource.created'"))
                .isEqualTo(2);
        assertThat(platform.count("SELECT COUNT(*) FROM store_audit WHERE action = 'provision.create'"))
                .isOne();
    }

    @Test
    void refusesEverythingThatIsWrongAtOnce() {
        platform.process.problems = List.of(
                new Driver.Problem("cpu", "is more than the host has"),
                new Driver.Problem("memory", "is told already"),
                new Driver.Problem("start_command", "was not given"));
        PlatformException refusal = refused(() -> platform.provisions.create(
                ALICE, "web-app", Map.of("environment", "DEV", "memory", 1, "size", "xl", "cpu", 0.5)));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refusal.code()).contains("PROVISION_FAILED");
        assertThat(refusal.fields())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "parameters.app_name",
                        "parameters.environment",
                        "parameters.memory",
                        "parameters.size",
                        "parameters.cpu");
        assertThat(platform.count("SELECT COUNT(*) FROM prov_provision")).isZero();
        assertThat(platform.count("SELECT COUNT(*) FROM jobs_operation")).isZero();
    }

    @Test
    void namesTheTemplatesThereAreWhenAnUnknownOneIsAskedFor() {
        for (String name : new String[] {"kubernetes", "", null, "../web-app", "web-app\u0000", "WEB-APP"}) {
            assertThat(refused(() -> platform.provisions.create(ALICE, name, Map.of()))
                            .fields())
                    .singleElement()
                    .satisfies(error -> {
                        assertThat(error.field()).isEqualTo("template");
                        assertThat(error.message()).endsWith("there are static-site, web-app, worker");
                    });
        }
    }

    @Test
    void pointsTheEnginesProblemsAtTheParametersBehindThem() {
        platform.process.problems = List.of(
                new Driver.Problem("memory", "is more than the host has"),
                new Driver.Problem("probe.path", "is not reachable"),
                new Driver.Problem("env.PATH", "must not be set"),
                new Driver.Problem("", "the host is full"));
        platform.gateway.problems =
                List.of(new Driver.Problem("upstream", "is required"), new Driver.Problem("host", "is reserved"));

        PlatformException refusal = refused(() -> platform.create(ALICE, "my-app", "dev"));

        assertThat(refusal.fields())
                .containsExactlyInAnyOrder(
                        new FieldError("parameters.memory", "is more than the host has"),
                        new FieldError("parameters.probe_path", "is not reachable"),
                        new FieldError("parameters.env.PATH", "must not be set"),
                        new FieldError("resources.app", "the host is full"),
                        new FieldError("parameters.app_name", "is reserved"));
    }

    @Test
    void refusesTheSameServiceTwiceInOneEnvironment() {
        Provision first = platform.create(ALICE, "my-app", "dev");

        PlatformException refusal = refused(() -> platform.create(ALICE, "my-app", "dev"));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(refusal.details()).containsEntry("provision_id", first.id());
        assertThat(platform.create(ALICE, "my-app", "prod")).isNotNull();
    }

    @Test
    void refusesAHostNameThatAnotherTenantHasWithoutSayingWho() {
        platform.completed(BOB, "my-app", "dev");

        PlatformException refusal = refused(() -> platform.create(ALICE, "my-app", "dev"));

        assertThat(refusal.code()).contains("PROVISION_FAILED");
        assertThat(refusal.fields())
                .containsExactly(new FieldError("parameters.app_name", "the host name my-app-dev is taken"));
        assertThat(refusal.details()).isEmpty();
    }

    @Test
    void refusesAHostNameThatTwoDifferentPairsComeTo() {
        platform.completed(ALICE, "a-b", "c");

        assertThat(refused(() -> platform.create(ALICE, "a", "b-c")).fields())
                .containsExactly(new FieldError("parameters.app_name", "the host name a-b-c is taken"));
    }

    @Test
    void letsOneOfManyWhoAskForTheSameAtOnceThrough() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> requests = IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        try {
                            platform.create(i % 2 == 0 ? ALICE : BOB, "my-app", "dev");
                            return true;
                        } catch (PlatformException e) {
                            return false;
                        }
                    })
                    .toList();
            int accepted = 0;
            for (Future<Boolean> answer : pool.invokeAll(requests)) {
                accepted += answer.get() ? 1 : 0;
            }
            assertThat(accepted).isOne();
        } finally {
            pool.shutdownNow();
        }
        assertThat(platform.count("SELECT COUNT(*) FROM prov_provision")).isOne();
    }

    @Test
    void holdsTheQuotaUnderLoadAndFreesItWithTheResources() throws Exception {
        platform.settings.modified(new TestConfig(3, 1, 10));
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Callable<String>> requests = IntStream.range(0, 6)
                    .<Callable<String>>mapToObj(i -> () -> {
                        try {
                            platform.create(ALICE, "app-" + i, "dev");
                            return "accepted";
                        } catch (PlatformException e) {
                            return e.code().orElse(e.kind().name());
                        }
                    })
                    .toList();
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : pool.invokeAll(requests)) {
                answers.add(answer.get());
            }
            assertThat(answers)
                    .containsExactlyInAnyOrder(
                            "accepted", "accepted", "accepted", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED");
        } finally {
            pool.shutdownNow();
        }
        assertThat(platform.create(BOB, "app", "dev")).isNotNull();
    }

    @Test
    void keepsReferencesInParameterValuesLiteral() {
        Map<String, Object> parameters = new HashMap<>(Map.of("app_name", "my-app", "environment", "dev"));
        parameters.put("env", Map.of("A", "${tenant.id} ${resources.route.outputs.url} $${x} ${", "B", "ünï\u202e"));

        Provision provision = platform.provisions.create(ALICE, "web-app", parameters);

        platform.awaitEnd(ALICE, provision.id());
        assertThat(platform.process.held.values())
                .singleElement()
                .satisfies(spec -> assertThat(spec.properties().get("env")).isEqualTo(parameters.get("env")));
    }

    @Test
    void givesSecretsToTheEngineAndToNobodyElse() {
        Map<String, Object> parameters =
                Map.of("app_name", "my-app", "environment", "dev", "secrets", Map.of("TOKEN", "hunter2"));
        platform.gateway.hold = new CountDownLatch(1);

        Provision provision = platform.provisions.create(ALICE, "web-app", parameters);
        Awaitility.await().until(() -> !platform.gateway.held.isEmpty());

        assertThat(platform.process.held.values().iterator().next().properties())
                .containsEntry("secrets", Map.of("TOKEN", "hunter2"));
        assertThat(provision.parameters()).containsEntry("secrets", Map.of("TOKEN", ParameterSchema.MASK));
        assertThat(platform.operations
                        .find("ten_a", provision.operationId())
                        .orElseThrow()
                        .input()
                        .toString())
                .doesNotContain("hunter2");
        assertThat(platform.provisions.get(ALICE, provision.id()).resources().toString())
                .contains("TOKEN")
                .doesNotContain("hunter2");
        assertThat(platform.count("SELECT COUNT(*) FROM prov_provision WHERE sealed_parameters IS NULL"))
                .isZero();

        platform.gateway.hold.countDown();
        platform.awaitEnd(ALICE, provision.id());
        assertThat(platform.count("SELECT COUNT(*) FROM prov_provision WHERE sealed_parameters IS NULL"))
                .isOne();
    }

    @Test
    void takesSecretsOutOfWhatAnEngineSays() {
        platform.process.chatty = true;
        platform.process.applyFailure = new DriverException("FAILED", "login with hunter2 failed", false, null);

        Provision provision = platform.provisions.create(
                ALICE,
                "web-app",
                Map.of(
                        "app_name", "my-app",
                        "environment", "dev",
                        "secrets", Map.of("A", "hunter2", "B", "hunter2-x")));
        ProvisionService.Detail ended = platform.awaitEnd(ALICE, provision.id());

        assertThat(ended.provision().error().message()).isEqualTo("login with ******** failed");
        assertThat(ended.operation().toString()).doesNotContain("hunter2");
        assertThat(platform.provisions.logs(ALICE, provision.id(), 0, 100))
                .anySatisfy(line -> assertThat(line.text()).startsWith("with "))
                .noneSatisfy(line -> assertThat(line.text()).contains("hunter2"));
    }

    @Test
    void rehearsesWithoutCreatingAnything() {
        ProvisionService.Plan plan = platform.provisions.plan(
                ALICE,
                "web-app",
                Map.of("app_name", "my-app", "environment", "dev", "secrets", Map.of("TOKEN", "hunter2")));

        assertThat(plan.problems()).isEmpty();
        assertThat(plan.resources())
                .extracting(PlannedResource::name, PlannedResource::engine)
                .containsExactly(tuple("app", "process"), tuple("route", "gateway"));
        assertThat(plan.toString()).contains("my-app-dev").doesNotContain("hunter2");
        assertThat(platform.process.calls).isEmpty();
        for (String table : List.of("prov_provision", "prov_resource", "prov_claim", "jobs_operation", "store_event")) {
            assertThat(platform.count("SELECT COUNT(*) FROM " + table))
                    .as(table)
                    .isZero();
        }
    }

    @Test
    void rehearsesWhatWouldBeRefused() {
        platform.completed(ALICE, "my-app", "dev");

        assertThat(platform.provisions
                        .plan(ALICE, "web-app", Map.of("app_name", "my-app", "environment", "dev"))
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("is provisioned in dev already"));
        assertThat(platform.provisions.plan(ALICE, "web-app", null).problems())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("parameters.app_name", "parameters.environment");
    }

    @Test
    void undoesInReverseOrderWhatAFailedRunMade() {
        platform.gateway.applyFailure = new DriverException("HOST_REFUSED", "the host is reserved", false, null);

        Provision provision = platform.create(ALICE, "my-app", "dev");
        ProvisionService.Detail ended = platform.awaitEnd(ALICE, provision.id());

        assertThat(ended.provision().status()).isEqualTo(ProvisionStatus.FAILED);
        assertThat(ended.provision().error()).isEqualTo(new Fault("HOST_REFUSED", "the host is reserved"));
        assertThat(platform.gateway.calls).containsExactly("apply route", "delete route");
        assertThat(platform.process.calls).containsExactly("apply app", "delete app");
        assertThat(platform.process.held).isEmpty();
        assertThat(ended.resources()).isEmpty();
        assertThat(platform.count("SELECT COUNT(*) FROM prov_claim")).isZero();
        assertThat(platform.create(ALICE, "my-app", "dev")).isNotNull();
    }

    @Test
    void triesAgainWhatMayWorkLaterAndSaysSoUntilThen() {
        platform.process.applyFailure = new DriverException("BUSY", "the host is busy", true, null);
        Provision provision = platform.create(ALICE, "my-app", "dev");
        Awaitility.await().until(() -> !platform.process.calls.isEmpty());

        platform.process.applyFailure = null;

        assertThat(platform.awaitEnd(ALICE, provision.id()).provision().status())
                .isEqualTo(ProvisionStatus.COMPLETED);
        assertThat(platform.process.held).hasSize(1);
    }

    @Test
    void survivesADriverThatThrowsAnything() {
        platform.process.defect = new IllegalStateException("secret internals at org.example.Foo");

        ProvisionService.Detail ended =
                platform.awaitEnd(ALICE, platform.create(ALICE, "my-app", "dev").id());

        assertThat(ended.provision().error())
                .isEqualTo(new Fault("ENGINE_ERROR", "The engine process failed unexpectedly"));
        assertThat(platform.process.held).isEmpty();
    }

    @Test
    void failsWhenWhatWasMadeDoesNotStayRunning() {
        platform.process.state = Driver.State.FAILED;

        ProvisionService.Detail ended =
                platform.awaitEnd(ALICE, platform.create(ALICE, "my-app", "dev").id());

        assertThat(ended.provision().status()).isEqualTo(ProvisionStatus.FAILED);
        assertThat(ended.provision().error().code()).isEqualTo("RESOURCE_FAILED");
        assertThat(platform.gateway.held).isEmpty();
    }

    @Test
    void retriesWithTheSameIdsAndSecrets() {
        platform.gateway.applyFailure = new DriverException("HOST_REFUSED", "the host is reserved", false, null);
        Map<String, Object> parameters =
                Map.of("app_name", "my-app", "environment", "dev", "secrets", Map.of("TOKEN", "hunter2"));
        Provision provision = platform.provisions.create(ALICE, "web-app", parameters);
        platform.awaitEnd(ALICE, provision.id());
        platform.gateway.applyFailure = null;
        platform.process.hold = new CountDownLatch(1);

        ProvisionService.Detail again = platform.provisions.retry(ALICE, provision.id());
        assertThat(again.provision().status()).isEqualTo(ProvisionStatus.IN_PROGRESS);
        platform.process.hold.countDown();
        ProvisionService.Detail ended = platform.awaitEnd(ALICE, provision.id());

        assertThat(ended.provision().status()).isEqualTo(ProvisionStatus.COMPLETED);
        assertThat(ended.provision().error()).isNull();
        assertThat(platform.process.held)
                .containsOnlyKeys(provision.resourceIds().get("app"));
        assertThat(platform.process.held.values().iterator().next().properties())
                .containsEntry("secrets", Map.of("TOKEN", "hunter2"));
        assertThat(refused(() -> platform.provisions.retry(ALICE, provision.id()))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
    }

    @Test
    void refusesToRetryWhenTheNameWentToSomebodyElse() {
        platform.gateway.applyFailure = new DriverException("HOST_REFUSED", "the host is reserved", false, null);
        Provision provision = platform.create(ALICE, "my-app", "dev");
        platform.awaitEnd(ALICE, provision.id());
        platform.gateway.applyFailure = null;
        platform.completed(BOB, "my-app", "dev");

        assertThat(refused(() -> platform.provisions.retry(ALICE, provision.id()))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
        assertThat(platform.provisions.get(ALICE, provision.id()).provision().status())
                .isEqualTo(ProvisionStatus.FAILED);
    }

    @Test
    void cancelsInTheMiddleAndRemovesWhatIsThere() {
        platform.gateway.hold = new CountDownLatch(1);
        Provision provision = platform.create(ALICE, "my-app", "dev");
        Awaitility.await().until(() -> !platform.gateway.held.isEmpty());

        platform.provisions.cancel(ALICE, provision.id());

        ProvisionService.Detail ended = platform.awaitEnd(ALICE, provision.id());
        assertThat(ended.provision().status()).isEqualTo(ProvisionStatus.CANCELLED);
        assertThat(platform.process.held).isEmpty();
        assertThat(platform.gateway.held).isEmpty();
        assertThat(platform.count("SELECT COUNT(*) FROM prov_claim")).isZero();
        assertThat(refused(() -> platform.provisions.cancel(ALICE, provision.id()))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
    }

    @Test
    void goesOnAfterItsNodeStoppedInTheMiddleOfAStep() {
        platform.gateway.hold = new CountDownLatch(1);
        Provision provision = platform.create(ALICE, "my-app", "dev");
        Awaitility.await().until(() -> !platform.gateway.held.isEmpty());

        platform.restart();
        platform.gateway.hold.countDown();

        assertThat(platform.awaitEnd(ALICE, provision.id()).provision().status())
                .isEqualTo(ProvisionStatus.COMPLETED);
        assertThat(platform.process.calls).containsExactly("apply app");
        assertThat(platform.gateway.held).hasSize(1);
    }

    @Test
    void keepsWhatCouldNotBeUndoneAndRemovesItLater() {
        platform.gateway.applyFailure = new DriverException("HOST_REFUSED", "the host is reserved", false, null);
        platform.process.deleteFailure = new DriverException("STUCK", "the process does not end", false, null);
        Provision provision = platform.create(ALICE, "my-app", "dev");

        ProvisionService.Detail ended = platform.awaitEnd(ALICE, provision.id());
        assertThat(ended.provision().status()).isEqualTo(ProvisionStatus.FAILED);
        assertThat(ended.resources()).singleElement().satisfies(left -> {
            assertThat(left.status()).isEqualTo(ResourceStatus.DELETING);
            assertThat(left.error()).isEqualTo(new Fault("STUCK", "the process does not end"));
        });
        assertThat(refused(() -> platform.provisions.retry(ALICE, provision.id()))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);

        platform.process.deleteFailure = null;
        awaitNoResources();
        assertThat(platform.process.held).isEmpty();
        assertThat(platform.count("SELECT COUNT(*) FROM prov_claim")).isZero();
    }

    @Test
    void deletesInOrderAndForgetsWhenTheEngineConfirmed() {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        String app = platform.resource(done, "app").id();

        assertThat(refused(() -> platform.resources.delete(ALICE, app, false, false))
                        .details())
                .containsEntry(
                        "needed_by", List.of(platform.resource(done, "route").id()));
        assertThat(platform.resources.delete(ALICE, app, true, true).resources())
                .extracting(Resource::name)
                .containsExactly("route", "app");
        assertThat(platform.process.held).isNotEmpty();
        ResourceService.Deletion deletion = platform.resources.delete(ALICE, app, true, false);
        assertThat(deletion.operationId()).isNotNull();
        awaitNoResources();

        assertThat(platform.gateway.calls).containsExactly("apply route", "delete route");
        assertThat(platform.process.held).isEmpty();
        assertThat(platform.provisions
                        .get(ALICE, done.provision().id())
                        .provision()
                        .status())
                .isEqualTo(ProvisionStatus.DELETED);
        assertThat(platform.count("SELECT COUNT(*) FROM prov_claim")).isZero();
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'resource.deleted'"))
                .isEqualTo(2);
        assertThat(platform.resources.delete(ALICE, app, true, false).gone()).isTrue();
        assertThat(refused(() -> platform.resources.get(ALICE, app)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(platform.create(ALICE, "my-app", "dev")).isNotNull();
    }

    @Test
    void showsDeletingWithTheEnginesErrorUntilItIsGone() {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        String route = platform.resource(done, "route").id();
        platform.gateway.deleteFailure = new DriverException("STUCK", "connections are open", true, null);

        String operation = platform.resources.delete(ALICE, route, false, false).operationId();
        assertThat(platform.resources.delete(ALICE, route, false, false).operationId())
                .isEqualTo(operation);
        Awaitility.await()
                .until(() -> platform.resources.get(ALICE, route).resource().error() != null);
        assertThat(platform.resources.get(ALICE, route).resource().status()).isEqualTo(ResourceStatus.DELETING);
        Awaitility.await()
                .until(() -> platform.operations
                                .find("ten_a", operation)
                                .orElseThrow()
                                .status()
                        == Operation.Status.FAILED);
        assertThat(platform.resources.get(ALICE, route).resource().error().message())
                .isEqualTo("connections are open");

        platform.gateway.deleteFailure = null;
        assertThat(platform.resources.delete(ALICE, route, false, false).operationId())
                .isEqualTo(operation);
        Awaitility.await().until(() -> platform.gateway.held.isEmpty());
        Awaitility.await().until(() -> platform.count("SELECT COUNT(*) FROM prov_resource") == 1);
    }

    @Test
    void triesDeletionsThatFailedAgainByItself() {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        String route = platform.resource(done, "route").id();
        platform.gateway.deleteFailure = new DriverException("STUCK", "connections are open", false, null);
        String operation = platform.resources.delete(ALICE, route, false, false).operationId();
        Awaitility.await()
                .until(() -> platform.operations
                                .find("ten_a", operation)
                                .orElseThrow()
                                .status()
                        == Operation.Status.FAILED);

        platform.gateway.deleteFailure = null;

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            platform.sweep.sweep();
            return platform.gateway.held.isEmpty();
        });
    }

    @Test
    void refusesToDeleteUnderARunningProvision() {
        platform.gateway.hold = new CountDownLatch(1);
        Provision provision = platform.create(ALICE, "my-app", "dev");
        Awaitility.await().until(() -> !platform.gateway.held.isEmpty());

        assertThat(refused(() -> platform.resources.delete(
                                ALICE, provision.resourceIds().get("app"), true, false))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
        platform.gateway.hold.countDown();
    }

    @Test
    void showsNothingOfOneTenantToAnother() {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        String id = done.provision().id();
        String route = platform.resource(done, "route").id();

        for (Callable<?> attempt : List.<Callable<?>>of(
                () -> platform.provisions.get(BOB, id),
                () -> platform.provisions.cancel(BOB, id),
                () -> platform.provisions.retry(BOB, id),
                () -> platform.provisions.logs(BOB, id, 0, 10),
                () -> platform.provisions.revealOutputs(BOB, id),
                () -> platform.resources.get(BOB, route),
                () -> platform.resources.logs(BOB, route, 10),
                () -> platform.resources.delete(BOB, route, true, false),
                () -> platform.resources.delete(BOB, route, true, true))) {
            assertThat(refused(attempt).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(platform.provisions
                        .list(BOB, ProvisionRepository.Filter.NONE, PageRequest.first(10))
                        .total())
                .isZero();
        assertThat(platform.gateway.held).hasSize(1);
    }

    @Test
    void pagesThroughAListWithoutLosingOrRepeatingARow() {
        IntStream.range(0, 7).forEach(i -> platform.create(ALICE, "app-" + i, i % 2 == 0 ? "dev" : "prod"));
        PageRequest page = PageRequest.first(3);
        List<String> seen = new ArrayList<>();
        Page<Provision> found;
        do {
            found = platform.provisions.list(ALICE, ProvisionRepository.Filter.NONE, page);
            found.items().forEach(provision -> seen.add(provision.service()));
            page = new PageRequest(3, 0, found.nextCursor().orElse(null));
        } while (found.nextCursor().isPresent());

        assertThat(seen).containsExactly("app-6", "app-5", "app-4", "app-3", "app-2", "app-1", "app-0");
        assertThat(found.total()).isEqualTo(7);
        assertThat(platform.provisions
                        .list(ALICE, new ProvisionRepository.Filter("prod", null, null, null), PageRequest.first(2))
                        .total())
                .isEqualTo(3);
        assertThat(refused(() -> platform.provisions.list(
                                ALICE, ProvisionRepository.Filter.NONE, new PageRequest(3, 0, "nonsense")))
                        .fields())
                .extracting(FieldError::field)
                .containsExactly("cursor");
    }

    @Test
    void estimatesFromThreeRunsOfItsOwn() {
        for (int i = 0; i < 3; i++) {
            assertThat(platform.completed(ALICE, "app-" + i, "dev").provision().estimate())
                    .isEqualTo(Duration.ofSeconds(8));
        }

        TemplateService.Detail measured = platform.templateService.get(ALICE, "web-app");

        assertThat(measured.estimate().measured()).isTrue();
        assertThat(measured.estimate().runs()).isEqualTo(3);
        assertThat(measured.estimate().expected()).isLessThan(Duration.ofSeconds(8));
        assertThat(measured.estimateError()).isPositive();
        assertThat(platform.templateService.get(BOB, "web-app").estimate().measured())
                .isFalse();
    }

    @Test
    void showsHowAResourceIsNow() {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        String app = platform.resource(done, "app").id();

        assertThat(platform.resources.get(ALICE, app).observed().drift()).isNull();
        platform.process.state = Driver.State.STOPPED;
        assertThat(platform.resources.get(ALICE, app).observed().drift()).isEqualTo("it is not running");
        platform.process.held.clear();
        assertThat(platform.resources.get(ALICE, app).observed())
                .satisfies(observed -> assertThat(observed.state()).isEqualTo("missing"))
                .satisfies(observed -> assertThat(observed.drift()).isEqualTo("it is not there"));
    }

    @Test
    void keepsALogThatOutlivesTheResources() {
        platform.gateway.applyFailure = new DriverException("HOST_REFUSED", "the host is reserved", false, null);
        Provision provision = platform.create(ALICE, "my-app", "dev");
        platform.awaitEnd(ALICE, provision.id());

        assertThat(platform.provisions.logs(ALICE, provision.id(), 0, 100))
                .anySatisfy(line -> assertThat(line.text()).isEqualTo("making app"))
                .anySatisfy(line -> assertThat(line.text()).contains("the host is reserved"));
    }

    @Test
    void objectsToTheRemovalOfTheLastDriverThatHoldsSomething() {
        EngineVeto veto = new EngineVeto(
                ServiceReferences.context("provisioning", 7, 8),
                platform.database,
                platform.resourceRows,
                platform.provisionRows,
                platform.drivers);
        Set<Long> driver = Set.of(10L);
        assertThat(veto.objection(driver)).isEmpty();

        String app = platform.resource(platform.completed(ALICE, "my-app", "dev"), "app")
                .id();

        assertThat(veto.objection(driver))
                .contains("the engine process holds 1 resource (" + app + "); delete it first");
        assertThat(veto.objection(Set.of(12L, 7L)))
                .as("others, and an update of this module")
                .isEmpty();
        assertThat(veto.objection(Set.of(7L, 8L)).orElseThrow()).contains("the engine gateway holds", "process holds");
        assertThat(new EngineHealth(platform.database, platform.resourceRows, platform.drivers)
                        .check()
                        .message())
                .isEmpty();
        assertThat(new EngineHealth(platform.database, platform.resourceRows, new DriverRegistry())
                        .check()
                        .message())
                .contains("1 resources are held by the engine process, which is not installed");
        assertThat(Set.of("gateway", "process")).isEqualTo(platform.drivers.engines());
    }

    private void awaitNoResources() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            platform.sweep.sweep();
            return platform.count("SELECT COUNT(*) FROM prov_resource") == 0;
        });
    }

    private static PlatformException refused(Callable<?> attempt) {
        return catchThrowableOfType(PlatformException.class, attempt::call);
    }
}
