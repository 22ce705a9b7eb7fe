package org.platformforge.delivery.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.platformforge.delivery.domain.TestDelivery.SOON;
import static org.platformforge.delivery.domain.TestDelivery.request;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.delivery.testing.FakeEngines.Moment;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Analysis;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.delivery.Environments.Limits;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.api.delivery.Sources.Snapshot;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Failure;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.store.artifact.StoredArtifacts;
import org.platformforge.kernel.store.database.DatabaseKind;

/** What the delivery chain promises, on the real store and the real operations of either database. */
abstract class DeliveryContract {
    private final DatabaseKind kind;
    private TestDelivery delivery;

    DeliveryContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        delivery = new TestDelivery(kind);
    }

    @AfterEach
    void close() throws InterruptedException {
        assertThat(delivery.engines.violations).isEmpty();
        delivery.close();
    }

    @Test
    void givesABuildItsSecretsAndNobodyElse() {
        Release release = delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));

        assertThat(delivery.engines.applied)
                .filteredOn(wanted -> wanted.type().equals("build"))
                .singleElement()
                .satisfies(wanted -> {
                    assertThat(wanted.secrets()).containsOnly(Map.entry("NPM_TOKEN", "build secret"));
                    assertThat(wanted.properties().toString()).doesNotContain("build secret");
                });
        assertThat(delivery.engines.applied)
                .filteredOn(wanted -> wanted.type().equals("application"))
                .singleElement()
                .satisfies(wanted -> assertThat(wanted.secrets()).containsOnly(Map.entry("TOKEN", "secret value")));
        Release kept = delivery.releases.find(ALICE.tenantId(), release.id()).orElseThrow();
        assertThat(kept.build().secrets()).isEmpty();
    }

    @Test
    void fetchesNothingThatWasFetchedBefore() {
        Snapshot snapshot = new Snapshot("d".repeat(40), "sha256:" + "a".repeat(64), 10);
        DeployRequest asked = request("v1", Strategy.ROLLING, 1);
        Source source = new Source("https://github.com/acme/shop", "v1", null, null, snapshot);
        Scale scale = new Scale(1, "500m", "64Mi", null, "vm", "20Gi", "python");
        DeployRequest fetched =
                new DeployRequest("shop", "staging", "v1", source, asked.build(), asked.run(), scale, asked.rollout());

        Release built = delivery.active(ALICE, fetched);

        assertThat(built.commit()).isEqualTo(snapshot.commit());
        assertThat(built.artifact()).startsWith("sha256:b");
        assertThat(delivery.engines.calls).noneMatch(call -> call.contains("fetch"));
        assertThat(delivery.engines.held.values())
                .filteredOn(wanted -> wanted.type().equals("application"))
                .allSatisfy(wanted -> assertThat(wanted.properties())
                        .containsEntry("instance_type", "vm")
                        .containsEntry("disk", "20Gi")
                        .containsEntry("framework", "python"));

        DeployRequest plain = new DeployRequest(
                "site", "staging", null, source, DeployRequest.Build.NONE, asked.run(), asked.scale(), asked.rollout());
        assertThat(delivery.active(ALICE, plain).artifact()).isEqualTo(snapshot.artifact());
        DeployRequest bad = new DeployRequest(
                "site",
                "staging",
                null,
                new Source("https://github.com/acme/shop", null, null, null, new Snapshot("x", "x", 1)),
                asked.build(),
                asked.run(),
                new Scale(1, null, null, null, null, "much", null),
                asked.rollout());
        assertThat(catchThrowableOfType(PlatformException.class, () -> delivery.releases.deploy(ALICE, bad))
                        .fields())
                .extracting(FieldError::field)
                .containsExactly("source.fetched", "scale.disk");
    }

    @ParameterizedTest
    @EnumSource
    void rollsOutAndRetiresTheOneBefore(Strategy strategy) {
        Release first = delivery.active(ALICE, request("v1", strategy, 2));
        List<String> old = delivery.serving(ALICE);
        Release second = delivery.active(ALICE, request("v2", strategy, 3));

        assertThat(List.of(first.number(), second.number())).containsExactly(1, 2);
        assertThat(second.commit()).hasSize(40);
        assertThat(second.artifact()).startsWith("sha256:b");
        assertThat(delivery.engines.traffic())
                .hasSize(3)
                .isEqualTo(delivery.serving(ALICE))
                .doesNotContainAnyElementsOf(old);
        await().atMost(SOON).until(() -> delivery.engines.instances().equals(delivery.serving(ALICE)));
        assertThat(delivery.releases.find("ten_a", first.id()).orElseThrow().status())
                .isEqualTo(Status.SUPERSEDED);
        assertThat(delivery.releases
                        .target("ten_a", "shop", "staging")
                        .orElseThrow()
                        .url())
                .isEqualTo("http://shop-staging.localhost:8181/");
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheOldOneWhateverCallFails(Moment moment) {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));
        List<String> old = delivery.serving(ALICE);
        delivery.engines.moment = moment;
        int failed = 0;
        Release release;
        do {
            failed++;
            delivery.engines.count.set(0);
            delivery.engines.failing = failed;
            release = delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, request("v2", Strategy.ROLLING, 2)));
            delivery.engines.failing = 0;
            if (release.status() == Status.FAILED) {
                assertThat(release.error().code()).isEqualTo("INJECTED");
                assertThat(delivery.serving(ALICE)).isEqualTo(old);
                assertThat(delivery.engines.traffic()).isEqualTo(old);
                awaitClean();
                assertThat(delivery.engines.traffic()).isEqualTo(old);
            }
        } while (release.status() == Status.FAILED);

        assertThat(failed).as("calls that were made to fail").isGreaterThan(6);
        assertThat(release.status()).isEqualTo(Status.ACTIVE);
        awaitClean();
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingOfAFirstReleaseWhateverCallFails(Moment moment) {
        delivery.engines.moment = moment;
        int failed = 0;
        Release release;
        do {
            failed++;
            delivery.engines.count.set(0);
            delivery.engines.failing = failed;
            release = delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, request("v1", Strategy.ROLLING, 2)));
            delivery.engines.failing = 0;
            if (release.status() == Status.FAILED) {
                assertThat(release.error()).isEqualTo(new Failure("INJECTED", "an injected fault", List.of()));
                assertThat(release.finishedAt()).isNotNull();
                awaitNothing();
            }
        } while (release.status() == Status.FAILED);

        assertThat(failed).as("calls that were made to fail").isGreaterThan(6);
        awaitClean();
        assertThat(delivery.engines.traffic())
                .isEqualTo(delivery.serving(ALICE))
                .hasSize(2);
    }

    /** No instance, no build and no route, and nobody says that there is any. */
    private void awaitNothing() {
        await().atMost(SOON).until(() -> {
            delivery.cleanUp.run();
            return delivery.engines.held.isEmpty();
        });
        assertThat(delivery.releases.target("ten_a", "shop", "staging").orElseThrow())
                .satisfies(target -> {
                    assertThat(target.current()).isNull();
                    assertThat(target.rollingOut()).isNull();
                    assertThat(target.url()).isNull();
                });
        assertThat(delivery.releases.targets("ten_a", "shop")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void givesUpWhenAnEngineDoesNotAnswer(Moment moment) {
        List<String> calls = List.of("fetch v2", "apply build", "apply instance-1", "apply instance-2", "apply route");
        delivery.engines.moment = moment;
        for (String call : calls) {
            unanswered(call);
            awaitNothing();
        }
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));
        awaitClean();
        List<String> old = delivery.serving(ALICE);
        for (String call : calls) {
            unanswered(call);
            awaitClean();
            assertThat(delivery.engines.traffic()).as(call).isEqualTo(old);
            assertThat(delivery.serving(ALICE)).isEqualTo(old);
        }
        assertThat(delivery.active(ALICE, request("v2", Strategy.ROLLING, 2)).error())
                .isNull();
    }

    /** The engine answers again when the release has failed. */
    private void unanswered(String call) {
        delivery.engines.silent.add(call);
        Release release = delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, request("v2", Strategy.ROLLING, 2)));
        assertThat(release.status()).as(call).isEqualTo(Status.FAILED);
        assertThat(release.error().code()).isEqualTo("ENGINE_TIMEOUT");
        assertThat(release.error().message()).contains("no answer to " + call);
        delivery.engines.silent.clear();
    }

    @Test
    void goesOnTakingBackWhereTheNodeWasKilled() throws Exception {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));
        awaitClean();
        List<String> old = delivery.serving(ALICE);
        int fault = 6; // the start of the second instance, when the first has its traffic
        for (int undone = 1; undone <= 5; undone++) {
            delivery.engines.count.set(0);
            delivery.engines.failing = fault;
            delivery.engines.reached = new CountDownLatch(1);
            delivery.engines.holding = fault + undone;
            Release release = delivery.releases.deploy(ALICE, request("v2", Strategy.ROLLING, 2));
            delivery.engines.reached.await();
            delivery.engines.holding = 0;

            delivery.restart();

            Release ended = delivery.awaitEnd(ALICE, release);
            assertThat(ended.status()).isEqualTo(Status.FAILED);
            assertThat(ended.error().code()).isEqualTo("INJECTED");
            assertThat(delivery.engines.traffic()).isEqualTo(old);
            awaitClean();
            assertThat(delivery.serving(ALICE)).isEqualTo(old);
        }
    }

    /** Whatever a release left that does not serve goes by itself. */
    private void awaitClean() {
        await().atMost(SOON).until(() -> {
            delivery.cleanUp.run();
            return delivery.engines.instances().equals(delivery.serving(ALICE));
        });
    }

    @Test
    void triesAgainWhatMayPass() {
        delivery.engines.transientFailure = true;
        delivery.engines.failing = 3;

        Release release = delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));

        assertThat(release.error()).isNull();
        assertThat(delivery.serving(ALICE)).hasSize(2);
    }

    @Test
    void goesOnWhereTheNodeWasKilled() throws Exception {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));
        awaitClean();
        for (int call = 1; call <= 6; call++) {
            delivery.engines.count.set(0);
            delivery.engines.reached = new CountDownLatch(1);
            delivery.engines.holding = call;
            Release release = delivery.releases.deploy(ALICE, request("v" + call, Strategy.ROLLING, 2));
            delivery.engines.reached.await();
            delivery.engines.holding = 0;

            delivery.restart();

            assertThat(delivery.awaitEnd(ALICE, release).status()).isEqualTo(Status.ACTIVE);
            awaitClean();
            assertThat(delivery.engines.traffic())
                    .isEqualTo(delivery.serving(ALICE))
                    .hasSize(2);
        }
    }

    @Test
    void refusesASecondReleaseWhileOneIsRolledOut() throws Exception {
        delivery.engines.holding = 1;
        Release running = delivery.releases.deploy(ALICE, request("v1", Strategy.ROLLING, 1));
        delivery.engines.reached.await();

        PlatformException refused = catchThrowableOfType(
                PlatformException.class, () -> delivery.releases.deploy(ALICE, request("v2", Strategy.ROLLING, 1)));
        assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused.details()).containsEntry("release_id", running.id());

        delivery.engines.holding = 0;
        delivery.restart();
        assertThat(delivery.awaitEnd(ALICE, running).status()).isEqualTo(Status.ACTIVE);
        assertThat(delivery.releases
                        .releases("ten_a", "shop", null, PageRequest.first(10))
                        .total())
                .isEqualTo(1);
    }

    @Test
    void takesBackWhatIsCancelled() throws Exception {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));
        awaitClean();
        List<String> old = delivery.serving(ALICE);
        delivery.engines.count.set(0);
        delivery.engines.holding = 6; // the second instance, when the first has its traffic
        Release release = delivery.releases.deploy(ALICE, request("v2", Strategy.ROLLING, 2));
        delivery.engines.reached.await();
        assertThat(delivery.engines.traffic()).isNotEqualTo(old);

        delivery.operations.cancel(ALICE, release.operationId());
        delivery.engines.holding = 0;
        delivery.restart();

        Release ended = delivery.awaitEnd(ALICE, release);
        assertThat(ended.status()).isEqualTo(Status.CANCELLED);
        assertThat(ended.eligibleForRollback()).isFalse();
        assertThat(delivery.engines.traffic()).isEqualTo(old);
        assertThat(delivery.engines.instances()).isEqualTo(old);
        assertThat(delivery.serving(ALICE)).isEqualTo(old);
    }

    @Test
    void takesBackWhatDidNotStayUp() {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));
        List<String> old = delivery.serving(ALICE);
        awaitClean();
        delivery.engines.states.put("*", "failed");
        old.forEach(id -> delivery.engines.states.put(id, "running"));

        Release release =
                delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, request("v2", Strategy.BLUE_GREEN, 2)));

        assertThat(release.status()).isEqualTo(Status.FAILED);
        assertThat(release.error().code()).isEqualTo("RELEASE_UNHEALTHY");
        assertThat(delivery.engines.traffic()).isEqualTo(old);
        assertThat(delivery.engines.instances()).isEqualTo(old);
    }

    @Test
    void waitsForAnInstanceThatWasBusyForAMoment() {
        delivery.engines.blinks.set(Looks.FAILURE_THRESHOLD - 1);

        Release release = delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, request("v1", Strategy.ROLLING, 1)));

        assertThat(release.status()).isEqualTo(Status.ACTIVE);
        assertThat(delivery.engines.blinks).hasValue(0);
    }

    @Test
    void takesBackWhatWasStartedAgainUnderTraffic() {
        delivery.engines.restarts = "1";

        Release release = delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, request("v1", Strategy.ROLLING, 1)));

        assertThat(release.status()).isEqualTo(Status.FAILED);
        assertThat(release.error().code()).isEqualTo("RELEASE_UNHEALTHY");
    }

    @Test
    void bringsAnEarlierReleaseBackWithoutBuildingIt() {
        Release first = delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));
        delivery.active(ALICE, request("v2", Strategy.ROLLING, 1));
        delivery.engines.calls.clear();

        Release back = delivery.awaitEnd(ALICE, delivery.releases.rollback(ALICE, "shop", "staging", null));

        assertThat(back.status()).isEqualTo(Status.ACTIVE);
        assertThat(back.number()).isEqualTo(3);
        assertThat(back.rollbackOf()).isEqualTo(1);
        assertThat(back.artifact()).isEqualTo(first.artifact());
        assertThat(back.version()).isEqualTo("v1");
        assertThat(delivery.engines.calls).doesNotContain("apply build", "fetch v1");
        assertThat(delivery.engines.held.values().stream()
                        .filter(wanted -> wanted.owner().equals(back.id())))
                .singleElement()
                .satisfies(wanted -> assertThat(wanted.secrets()).containsEntry("TOKEN", "secret value"));
    }

    @Test
    void leavesNothingOfWhatIsTakenOutOfItsEnvironment() {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));

        Operation removal = delivery.releases.remove(ALICE, "shop", "staging").orElseThrow();

        await().atMost(SOON)
                .until(() -> delivery.operations
                        .find("ten_a", removal.id())
                        .orElseThrow()
                        .status()
                        .finished());
        assertThat(delivery.engines.held).isEmpty();
        assertThat(delivery.releases.targets("ten_a", "shop")).isEmpty();
        assertThat(delivery.releases.remove(ALICE, "shop", "staging")).isEmpty();
        assertThat(delivery.active(ALICE, request("v2", Strategy.ROLLING, 1)).number())
                .isEqualTo(2);
    }

    @Test
    void keepsTenantsApart() {
        Release release = delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));

        assertThat(delivery.releases.find("ten_b", release.id())).isEmpty();
        assertThat(delivery.releases.targets("ten_b", "shop")).isEmpty();
        assertThat(delivery.releases.remove(BOB, "shop", "staging")).isEmpty();
        assertThat(catchThrowableOfType(
                                PlatformException.class, () -> delivery.releases.rollback(BOB, "shop", "staging", 1))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(delivery.active(BOB, request("v1", Strategy.ROLLING, 1)).number())
                .isEqualTo(1);
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        DeployRequest good = request("v1", Strategy.ROLLING, 1);
        DeployRequest bad = new DeployRequest(
                "Shop!",
                "",
                "v1",
                new Source(null, "--upload-pack=x", null, null),
                good.build(),
                good.run(),
                new Scale(0, "much", "-1Gi", null),
                new Rollout(Strategy.ROLLING, 0, -1, new Analysis(List.of(50, 10), 0, null, null, 10, 5)));

        PlatformException refused =
                catchThrowableOfType(PlatformException.class, () -> delivery.releases.deploy(ALICE, bad));

        assertThat(refused.fields())
                .extracting("field")
                .containsExactly(
                        "service",
                        "environment",
                        "source.repository",
                        "source.ref",
                        "scale.replicas",
                        "scale.cpu",
                        "scale.memory",
                        "rollout.canary_percent",
                        "rollout.observe_seconds",
                        "rollout.analysis",
                        "rollout.analysis.weights",
                        "rollout.analysis.min_requests",
                        "rollout.analysis.timeout_seconds",
                        "rollout.analysis.max_error_rate");
    }

    /** Of 500m each. */
    private List<FieldError> refusal(String service) {
        DeployRequest shop = request("v1", Strategy.ROLLING, 1);
        DeployRequest asked = new DeployRequest(
                service, "staging", "v1", shop.source(), shop.build(), shop.run(), shop.scale(), shop.rollout());
        PlatformException refused =
                catchThrowableOfType(PlatformException.class, () -> delivery.releases.deploy(ALICE, asked));
        return refused == null ? List.of() : refused.fields();
    }

    @Test
    void givesWhatAnEnvironmentHasLeftToOneOnlyOfThoseWhoAskAtOnce() throws Exception {
        delivery.limits = new Limits("staging", "1", "1Gi");
        List<Callable<List<FieldError>>> calls = IntStream.range(0, 6)
                .mapToObj(i -> (Callable<List<FieldError>>) () -> refusal("shop-" + i))
                .toList();
        List<List<FieldError>> refusals = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            for (Future<List<FieldError>> call : threads.invokeAll(calls)) {
                refusals.add(call.get());
            }
        } finally {
            threads.shutdownNow();
        }

        FieldError full = new FieldError(
                "scale.cpu",
                "1 x 500m is more than the environment 'staging' has left: its limit is 1, and other services have 1"
                        + " of it");
        assertThat(refusals).filteredOn(List::isEmpty).hasSize(2);
        assertThat(refusals).filteredOn(refusal -> !refusal.isEmpty()).containsOnly(List.of(full));
    }

    @Test
    void refusesWhatIsToBeDeployedInAFreezeButForWhoMayOverrideItAndSaysWhy() {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));
        delivery.active(ALICE, request("v2", Strategy.ROLLING, 1));
        delivery.freeze = new Freeze("year-end", Instant.parse("2027-01-03T00:00:00Z"));
        DeployRequest asked = request("v3", Strategy.ROLLING, 1);

        PlatformException refused =
                catchThrowableOfType(PlatformException.class, () -> delivery.releases.deploy(ALICE, asked));
        assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused.code()).contains("ENVIRONMENT_FROZEN");
        assertThat(refused)
                .hasMessage("The environment 'staging' is frozen by the window 'year-end' until 2027-01-03T00:00:00Z");
        assertThat(catchThrowableOfType(
                                PlatformException.class,
                                () -> delivery.releases.deploy(withoutPermissions(), asked.overriding("hot fix")))
                        .kind())
                .isEqualTo(ErrorKind.FORBIDDEN);
        assertThat(catchThrowableOfType(
                                PlatformException.class, () -> delivery.releases.deploy(ALICE, asked.overriding(" ")))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
        assertThat(audited("release.freeze_override")).isZero();

        delivery.active(ALICE, asked.overriding("hot fix"));

        assertThat(audited("release.freeze_override")).isEqualTo(1);
        assertThat(delivery.awaitEnd(ALICE, delivery.releases.rollback(ALICE, "shop", "staging", 1))
                        .status())
                .isEqualTo(Status.ACTIVE);
    }

    private static Caller withoutPermissions() {
        return (Caller) Proxy.newProxyInstance(
                Caller.class.getClassLoader(), new Class<?>[] {Caller.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("isPermitted")) {
                        return false;
                    }
                    return method.isDefault()
                            ? InvocationHandler.invokeDefault(proxy, method, arguments)
                            : method.invoke(ALICE, arguments);
                });
    }

    private long audited(String action) {
        return delivery.database.call(
                "ten_a",
                tx -> Sql.number(tx.connection(), "SELECT count(*) FROM store_audit WHERE action = ?", action));
    }

    @Test
    void pagesThroughTheHistory() {
        for (int i = 1; i <= 3; i++) {
            delivery.active(ALICE, request("v" + i, Strategy.BLUE_GREEN, 1));
        }
        var first = delivery.releases.releases("ten_a", "shop", "staging", PageRequest.first(2));
        var rest = delivery.releases.releases(
                "ten_a",
                "shop",
                "staging",
                new PageRequest(2, 0, first.nextCursor().orElseThrow()));

        assertThat(first.items()).extracting(Release::number).containsExactly(3, 2);
        assertThat(rest.items()).extracting(Release::number).containsExactly(1);
        assertThat(rest.nextCursor()).isEmpty();
        assertThat(first.total()).isEqualTo(3);
    }

    @Test
    void triesNothingAgainInAFreeze() {
        delivery.engines.failing = 1;
        Release failed = delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, request("v1", Strategy.ROLLING, 1)));
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        delivery.freeze = new Freeze("year-end", Instant.parse("2027-01-03T00:00:00Z"));

        delivery.operations.retry(ALICE, failed.operationId());

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(delivery.releases
                                .find("ten_a", failed.id())
                                .orElseThrow()
                                .error()
                                .code())
                        .isEqualTo("ENVIRONMENT_FROZEN"));
        assertThat(delivery.engines.instances()).isEmpty();
    }

    @Test
    void deploysNoArtifactThatTheTenantDoesNotHave() {
        delivery.engines.lost.add(digest(1));

        PlatformException refused =
                catchThrowableOfType(PlatformException.class, () -> delivery.releases.deploy(ALICE, ofArtifact(1)));

        assertThat(refused.fields()).extracting(FieldError::field).containsExactly("source.artifact");
        assertThat(delivery.releases.targets("ten_a", "shop")).isEmpty();
    }

    private static String digest(int number) {
        return "sha256:" + Integer.toHexString(number).repeat(64);
    }

    private static DeployRequest ofArtifact(int number) {
        return ofArtifact("v" + number, digest(number));
    }

    private static DeployRequest ofArtifact(String version, String digest) {
        DeployRequest asked = request(version, Strategy.ROLLING, 1);
        Source source = new Source("https://github.com/acme/shop", null, null, digest);
        return new DeployRequest(
                "shop", "staging", version, source, asked.build(), asked.run(), asked.scale(), asked.rollout());
    }

    @Test
    void holdsTheArtifactsOfTheNewestReleasesAndOfThoseOnTheirWay() throws Exception {
        HeldArtifacts holder = new HeldArtifacts(delivery.database, 2);
        Set<String> all =
                IntStream.rangeClosed(1, 6).mapToObj(DeliveryContract::digest).collect(Collectors.toSet());
        delivery.engines.holding = 1;
        Release first = delivery.releases.deploy(ALICE, ofArtifact(1));
        delivery.engines.reached.await();
        assertThat(holder.held("ten_a", all)).containsExactly(digest(1));
        delivery.engines.holding = 0;
        delivery.restart();
        assertThat(delivery.awaitEnd(ALICE, first).status()).isEqualTo(Status.ACTIVE);
        for (int i = 2; i <= 5; i++) {
            delivery.active(ALICE, ofArtifact(i));
        }

        await().atMost(SOON).until(() -> {
            delivery.cleanUp.run();
            return holder.held("ten_a", all).equals(Set.of(digest(4), digest(5)));
        });
        assertThat(new HeldArtifacts(delivery.database, 9).held("ten_a", all))
                .isEqualTo(Set.of(digest(1), digest(2), digest(3), digest(4), digest(5)));
        assertThat(holder.held("ten_a", Set.of(digest(4)))).containsExactly(digest(4));
        assertThat(holder.held("ten_a", Set.of())).isEmpty();
        assertThat(holder.held("ten_b", all)).isEmpty();
    }

    @Test
    void refusesARollbackToWhatIsNotKeptAnyMore() {
        delivery.active(ALICE, ofArtifact(1));
        Release second = delivery.active(ALICE, ofArtifact(2));
        delivery.engines.lost.add(digest(1));

        PlatformException refused = catchThrowableOfType(
                PlatformException.class, () -> delivery.releases.rollback(ALICE, "shop", "staging", 1));

        assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(refused.code()).contains("ARTIFACT_GONE");
        assertThat(refused)
                .hasMessage("The artifact of release 1 is not kept any more, so it cannot be brought back;"
                        + " deploy its version v1 again");
        assertThat(delivery.releases.target("ten_a", "shop", "staging").orElseThrow())
                .satisfies(target -> assertThat(target.instances()).hasSize(1));
        assertThat(delivery.releases.find("ten_a", second.id()).orElseThrow().status())
                .isEqualTo(Status.ACTIVE);
    }

    private List<Release> listed() {
        return delivery.releases
                .releases("ten_a", "shop", "staging", PageRequest.first(100))
                .items();
    }

    @Test
    void offersARollbackToWhatHasServedAndIsKeptOnly() {
        Release first = delivery.active(ALICE, ofArtifact(1));
        Release second = delivery.active(ALICE, ofArtifact(2));
        delivery.active(ALICE, ofArtifact(3));
        Release serving = delivery.active(ALICE, ofArtifact(4));
        delivery.engines.failing = delivery.engines.count.get() + 1;
        assertThat(delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, ofArtifact(5)))
                        .status())
                .isEqualTo(Status.FAILED);
        delivery.engines.lost.add(digest(3));
        delivery.engines.lookUps.set(0);

        assertThat(delivery.releases.returnable("ten_a", listed())).containsExactlyInAnyOrder(first.id(), second.id());

        assertThat(delivery.engines.lookUps).hasValue(1);
        assertThat(delivery.releases.returnable("ten_a", List.of())).isEmpty();
        assertThat(delivery.releases.returnable("ten_a", List.of(serving))).isEmpty();
        assertThat(delivery.engines.lookUps).hasValue(1);
        Operation removal = delivery.releases.remove(ALICE, "shop", "staging").orElseThrow();
        await().atMost(SOON)
                .until(() -> delivery.operations
                        .find("ten_a", removal.id())
                        .orElseThrow()
                        .status()
                        .finished());
        assertThat(delivery.releases.returnable("ten_a", listed()))
                .containsExactlyInAnyOrder(first.id(), second.id(), serving.id());
    }

    @Test
    void offersNoRollbackWhileNobodyCanSayWhatIsKept() {
        delivery.active(ALICE, ofArtifact(1));
        delivery.active(ALICE, ofArtifact(2));
        delivery.parts.artifacts = null;

        assertThat(delivery.releases.returnable("ten_a", listed())).isEmpty();
        assertThat(catchThrowableOfType(
                                PlatformException.class, () -> delivery.releases.rollback(ALICE, "shop", "staging", 1))
                        .kind())
                .isEqualTo(ErrorKind.UNAVAILABLE);
        delivery.parts.artifacts = delivery.engines;
    }

    /** The store's own, so that what goes is what an engine would have asked for. */
    @Test
    void beginsNothingWhenTheArtifactGoesBetweenTheListAndTheRollback(@TempDir Path folder) throws IOException {
        StoredArtifacts kept = new StoredArtifacts(delivery.database, folder.resolve("node"));
        delivery.parts.artifacts = kept;
        Path file = folder.resolve("upload");
        String first = kept.put("ten_a", Files.writeString(file, "first")).digest();
        String second = kept.put("ten_a", Files.writeString(file, "second")).digest();
        Release old = delivery.active(ALICE, ofArtifact("v1", first));
        Release serving = delivery.active(ALICE, ofArtifact("v2", second));
        assertThat(delivery.releases.returnable("ten_a", listed())).containsExactly(old.id());
        await().atMost(SOON)
                .until(() -> delivery.serving(ALICE).size() == 1
                        && delivery.engines.instances().size() == 1);
        int calls = delivery.engines.calls.size();
        for (String table : List.of("store_artifact", "store_artifact_chunk")) {
            delivery.database.run(
                    "ten_a",
                    tx -> Sql.update(
                            tx.connection(),
                            "DELETE FROM " + table + " WHERE tenant_id = ? AND sha256 = ?",
                            "ten_a",
                            first.substring("sha256:".length())));
        }

        for (Integer number : Arrays.asList(1, null)) {
            PlatformException refused = catchThrowableOfType(
                    PlatformException.class, () -> delivery.releases.rollback(ALICE, "shop", "staging", number));
            assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
            assertThat(refused.code()).contains("ARTIFACT_GONE");
            assertThat(refused.details()).containsEntry("release_id", old.id());
        }

        assertThat(delivery.releases.returnable("ten_a", listed())).isEmpty();
        assertThat(listed()).extracting(Release::id).containsExactly(serving.id(), old.id());
        assertThat(delivery.engines.calls).hasSize(calls);
        kept.put("ten_a", Files.writeString(file, "first"));
        assertThat(delivery.releases.returnable("ten_a", listed())).containsExactly(old.id());
        assertThat(delivery.awaitEnd(ALICE, delivery.releases.rollback(ALICE, "shop", "staging", null))
                        .number())
                .isEqualTo(3);
    }

    @Test
    void saysWhichCommitToDeployAgain() {
        Release old = delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));
        delivery.active(ALICE, request("v2", Strategy.ROLLING, 1));
        delivery.engines.lost.add(old.artifact());

        assertThat(catchThrowableOfType(
                        PlatformException.class, () -> delivery.releases.rollback(ALICE, "shop", "staging", 1)))
                .hasMessageEndingWith("; deploy its commit " + "c".repeat(40) + " again");
    }
}
