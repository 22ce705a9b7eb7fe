package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ACME;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;
import static org.platformforge.marketplace.testing.TestPlatform.artifact;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Figures;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.domain.InstallPlanner.Wish;
import org.platformforge.marketplace.testing.FakeRuntime;
import org.platformforge.marketplace.testing.TestConfig;
import org.platformforge.marketplace.testing.TestPlatform;

/** What installing promises, on the real store and the real operations of either database. */
abstract class InstallationContract {
    private static final String ID = "acme.notes";

    private final DatabaseKind kind;

    @TempDir
    Path data;

    private TestPlatform platform;

    InstallationContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        platform = new TestPlatform(kind, data);
        platform.acme();
    }

    @AfterEach
    void stop() {
        platform.runtime.onStart = release -> {};
        platform.close();
    }

    private void publish(String... versions) {
        for (String version : versions) {
            platform.publish(manifest(ID, version));
        }
    }

    private String serving(String tenant) {
        return platform.runtime.serving(tenant, ID);
    }

    @Test
    void keepsTenantsApart() {
        publish("1.2.3", "1.3.0");
        platform.installed(ALICE, ID, "1.2.3");
        platform.installed(BOB, ID, "1.3.0");

        assertThat(serving("ten_a")).isEqualTo("1.2.3");
        assertThat(serving("ten_b")).isEqualTo("1.3.0");
        assertThat(platform.runtime.running).hasSize(2);
        platform.completed(platform.installations.upgrade(ALICE, ID, wish("1.3.0")));
        assertThat(serving("ten_a")).isEqualTo("1.3.0");
        platform.completed(platform.installations.uninstall(BOB, ID, true));
        assertThat(serving("ten_a")).isEqualTo("1.3.0");
        assertThat(platform.runtime.log).contains("erase ten_b").doesNotContain("erase ten_a");
        assertThat(refused(() -> platform.installations.get(BOB, ID)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> platform.installations.rollback(ACME, ID)).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(platform.installations.list(BOB, null, PageRequest.first(10)).items())
                .isEmpty();
    }

    @Test
    void refusesWhatNobodyTrustsOrSigned() {
        platform.publish(ACME, artifact(manifest(ID, "1.0.0")), false);
        publish("1.0.1");
        platform.publishers.trust(OPERATOR, "acme", false);

        assertThat(codes(refused(() -> platform.installations.install(ALICE, ID, wish("1.0.0")))))
                .containsExactly("NOT_SIGNED", "NOT_TRUSTED");
        platform.publishers.trust(OPERATOR, "acme", true);
        platform.publishers.revokeKey(
                ACME, "acme", platform.publishers.keys("acme").get(0).id());
        assertThat(codes(refused(() -> platform.installations.install(ALICE, ID, wish("1.0.1")))))
                .containsExactly("KEY_REVOKED");
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation")).isZero();
        assertThat(platform.runtime.log).isEmpty();
    }

    @Test
    void runsWhatNobodyTrustsOrSignedInAProcessOfItsOwn() {
        platform.publish(ACME, artifact(manifest(ID, "1.0.0")), false);
        publish("1.1.0");
        platform.settings.modified(TestConfig.in(data.toString()).tiers("T1, T2"));

        platform.runtime.noIsolation = "no bubblewrap here";
        assertThat(codes(refused(() -> platform.installations.install(ALICE, ID, wish("1.0.0")))))
                .containsExactly("NOT_SIGNED");
        assertThat(platform.installations
                        .plan(ALICE, ID, wish("1.0.0"))
                        .problems()
                        .get(0)
                        .message())
                .contains("no bubblewrap here");
        platform.runtime.noIsolation = null;
        assertThat(platform.installations.plan(ALICE, ID, wish("1.0.0")).tier()).isEqualTo(Tier.T2);
        platform.installed(ALICE, ID, "1.0.0");
        assertThat(tier(ALICE)).isEqualTo(Tier.T2);

        platform.completed(platform.installations.upgrade(ALICE, ID, wish("1.1.0")));
        assertThat(tier(ALICE)).isEqualTo(Tier.T1);
        platform.completed(platform.installations.rollback(ALICE, ID));
        assertThat(tier(ALICE)).isEqualTo(Tier.T2);
        assertThat(platform.runtime.running).hasSize(1);
        assertThat(warnings(ALICE)).isEmpty();

        platform.settings.modified(TestConfig.in(data.toString()).tiers("T2"));
        assertThat(platform.installations.plan(ALICE, ID, wish("1.1.0")).tier()).isEqualTo(Tier.T2);
        platform.settings.modified(TestConfig.in(data.toString()).tiers(""));
        assertThat(codes(refused(() -> platform.installations.upgrade(ALICE, ID, wish("1.1.0")))))
                .containsExactly("TIER_NOT_ALLOWED");
    }

    @Test
    void letsNothingThatWasApartIntoThePlatformsProcess() {
        platform.publish(ACME, artifact(manifest(ID, "1.0.0")), false);
        platform.settings.modified(TestConfig.in(data.toString()).tiers("T1,T2"));
        platform.installed(ALICE, ID, "1.0.0");

        platform.settings.modified(TestConfig.in(data.toString()).tiers("T1"));
        platform.runtime.forgetEverything();
        platform.domain.reconcile();
        assertThat(platform.runtime.running).isEmpty();
        assertThat(platform.installations.get(ALICE, ID).problem()).contains("not signed");
        platform.settings.modified(TestConfig.in(data.toString()).tiers("T1,T2"));
        platform.domain.reconcile();
        assertThat(tier(ALICE)).isEqualTo(Tier.T2);
    }

    @Test
    void movesOutOfThePlatformsProcessWhoeverIsNotTrustedAnyMore() {
        publish("1.0.0");
        platform.settings.modified(TestConfig.in(data.toString()).tiers("T1,T2").withdrawnTrustStops(true));
        platform.installed(ALICE, ID, null);
        platform.installed(BOB, ID, null);
        platform.domain.reconcile();
        assertThat(tier(ALICE)).isEqualTo(Tier.T1);

        platform.publishers.trust(OPERATOR, "acme", false);
        platform.domain.poll();

        assertThat(tier(ALICE)).isEqualTo(Tier.T2);
        assertThat(tier(BOB)).isEqualTo(Tier.T2);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(serving("ten_b")).isEqualTo("1.0.0");
        assertThat(warnings(ALICE)).isEmpty();
        assertThat(platform.installations.get(ALICE, ID).problem()).isNull();
        assertThat(platform.installations.get(BOB, ID).problem()).isNull();
    }

    private Tier tier(org.platformforge.kernel.api.Caller caller) {
        return platform.installations.detail(caller, ID).running().tier();
    }

    @Test
    void asksForEveryPermissionAndAgainForMore() {
        Map<String, Object> first = manifest(ID, "1.0.0");
        first.put("permissions", Map.of("network", List.of("api.acme.example")));
        Map<String, Object> second = manifest(ID, "1.1.0");
        second.put("permissions", Map.of("network", List.of("api.acme.example", "evil.example")));
        platform.publish(first);
        platform.publish(second);
        Wish accepting = new Wish("1.0.0", null, Set.of("network:api.acme.example", "network:else.example"));

        PlatformException refusal = refused(() -> platform.installations.install(ALICE, ID, wish("1.0.0")));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
        assertThat(refusal.details()).containsEntry("missing_permissions", List.of("network:api.acme.example"));
        platform.completed(platform.installations.install(ALICE, ID, accepting));
        assertThat(platform.installations.get(ALICE, ID).current().accepted())
                .containsExactly("network:api.acme.example");
        assertThat(refused(() -> platform.installations.upgrade(ALICE, ID, wish(null)))
                        .details())
                .containsEntry("missing_permissions", List.of("network:evil.example"));
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void sealsSecretsAndNeverAnswersThem() {
        Map<String, Object> manifest = manifest(ID, "1.0.0");
        manifest.put(
                "configuration",
                Map.of(
                        "type", "object",
                        "required", List.of("api_key"),
                        "properties",
                                Map.of(
                                        "api_key", Map.of("type", "string", "writeOnly", true, "minLength", 3),
                                        "greeting", Map.of("type", "string", "default", "Hello"))));
        platform.publish(manifest);
        Map<String, Object> wrong = new HashMap<>(Map.of("api_key", "s", "greeting", 1, "extra", true));

        PlatformException refusal =
                refused(() -> platform.installations.install(ALICE, ID, new Wish(null, wrong, Set.of())));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refusal.fields())
                .extracting(org.platformforge.kernel.api.FieldError::field)
                .containsExactlyInAnyOrder("configuration.api_key", "configuration.greeting", "configuration.extra");
        platform.completed(
                platform.installations.install(ALICE, ID, new Wish(null, Map.of("api_key", "s3cret-value"), Set.of())));
        Installation installed = platform.installations.get(ALICE, ID);
        assertThat(installed.current().configuration()).isEqualTo(Map.of("greeting", "Hello"));
        assertThat(installed.current().secretNames()).containsExactly("api_key");
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).secrets()).containsEntry("api_key", "s3cret-value");
        platform.installations.configure(ALICE, ID, Map.of("greeting", "Hi"));
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).configuration()).containsEntry("greeting", "Hi");
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).secrets()).containsEntry("api_key", "s3cret-value");
        for (String column : List.of("jobs_operation", "store_event", "store_audit")) {
            assertThat(platform.database.<String>call(Store.ALL_TENANTS, tx -> dump(tx.connection(), column)))
                    .doesNotContain("s3cret-value");
        }
    }

    private static String dump(java.sql.Connection connection, String table) throws java.sql.SQLException {
        StringBuilder text = new StringBuilder();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT * FROM " + table)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    text.append(rows.getString(i)).append(' ');
                }
            }
        }
        return text.toString();
    }

    @Test
    void keepsTheRealCauseOfAFailureAndStaysRemovable() {
        publish("1.0.0", "1.0.1");
        platform.runtime.onStart = release -> {
            throw FakeRuntime.broken("NotesComponent: Cannot find the flux capacitor");
        };

        Operation failed = platform.end(platform.installations.install(ALICE, ID, wish("1.0.0")));

        Installation row = platform.installations.get(ALICE, ID);
        assertThat(failed.status()).isEqualTo(Operation.Status.FAILED);
        assertThat(failed.error().message()).isEqualTo("NotesComponent: Cannot find the flux capacitor");
        assertThat(row.state()).isEqualTo(Installation.State.FAILED);
        assertThat(row.error().message()).contains("flux capacitor");
        assertThat(row.busy()).isFalse();
        assertThat(platform.runtime.assigned).isEmpty();
        platform.runtime.onStart = release -> {};
        platform.completed(platform.installations.install(ALICE, ID, wish("1.0.1")));
        assertThat(serving("ten_a")).isEqualTo("1.0.1");
        assertThat(platform.installations.get(ALICE, ID).error()).isNull();
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'extension.install_failed'"))
                .isOne();
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'extension.installed'"))
                .isOne();
    }

    @Test
    void restoresWhatServedWhenAnUpgradeFailsAtAnyStep() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.runtime.onStart = release -> {
            throw FakeRuntime.broken("no start");
        };
        assertThat(platform.end(platform.installations.upgrade(ALICE, ID, wish("1.1.0")))
                        .status())
                .isEqualTo(Operation.Status.FAILED);
        assertRestored("no start");

        platform.runtime.onStart = release -> {};
        AtomicBoolean once = new AtomicBoolean(true);
        platform.runtime.onAssign = () -> {
            if (once.getAndSet(false)) {
                throw FakeRuntime.broken("no assignment");
            }
        };
        assertThat(platform.end(platform.installations.upgrade(ALICE, ID, wish("1.1.0")))
                        .status())
                .isEqualTo(Operation.Status.FAILED);
        assertRestored("no assignment");
    }

    private void assertRestored(String cause) {
        Installation row = platform.installations.get(ALICE, ID);
        assertThat(row.state()).isEqualTo(Installation.State.ACTIVE);
        assertThat(row.current().version()).isEqualTo("1.0.0");
        assertThat(row.pending()).isNull();
        assertThat(row.error().message()).isEqualTo(cause);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(platform.runtime.running.values())
                .extracting(r -> r.version())
                .containsExactly("1.0.0");
    }

    @Test
    void rollsBackWithTheSettingsOfThen() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        assertThat(refused(() -> platform.installations.rollback(ALICE, ID)).code())
                .contains("NOTHING_TO_ROLL_BACK");
        platform.completed(platform.installations.upgrade(ALICE, ID, wish(null)));
        assertThat(refused(() -> platform.installations.upgrade(ALICE, ID, wish("1.0.0")))
                        .code())
                .contains("NOT_HIGHER");

        platform.completed(platform.installations.rollback(ALICE, ID));

        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(platform.runtime.running.values())
                .extracting(r -> r.version())
                .containsExactly("1.0.0");
        assertThat(platform.installations.detail(ALICE, ID).history())
                .extracting(HistoryEntry::action)
                .containsExactly("rollback", "upgrade", "install");
    }

    @Test
    void letsOneOfTwoAtOnceInstall() throws Exception {
        publish("1.0.0");
        List<Callable<InstallationService.Accepted>> two = List.of(
                () -> platform.installations.install(ALICE, ID, wish("1.0.0")),
                () -> platform.installations.install(ALICE, ID, wish("1.0.0")));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        int accepted = 0;
        for (Future<InstallationService.Accepted> each : threads.invokeAll(two)) {
            try {
                platform.completed(each.get());
                accepted++;
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(((PlatformException) e.getCause()).kind()).isEqualTo(ErrorKind.CONFLICT);
            }
        }
        threads.shutdown();

        assertThat(accepted).isOne();
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation")).isOne();
        assertThat(refused(() -> platform.installations.install(ALICE, ID, wish("1.0.0")))
                        .code())
                .contains("ALREADY_INSTALLED");
    }

    @Test
    void completesTenInstallationsFiredAtOnceAndHasThemAfterARestart() {
        List<InstallationService.Accepted> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            platform.publish(manifest("acme.ext-" + (char) ('a' + i), "1.0.0"));
        }
        for (int i = 0; i < 10; i++) {
            all.add(platform.installations.install(ALICE, "acme.ext-" + (char) ('a' + i), wish(null)));
        }
        platform.restart();
        all.forEach(platform::completed);
        platform.restart();
        platform.domain.reconcile();

        assertThat(platform.runtime.assigned).hasSize(10);
        assertThat(platform.runtime.running).hasSize(10);
    }

    @Test
    void resumesAfterACrashInTheMiddleOfAStart() throws Exception {
        publish("1.0.0");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch crash = new CountDownLatch(1);
        AtomicBoolean once = new AtomicBoolean(true);
        platform.runtime.onStart = release -> {
            if (once.getAndSet(false)) {
                inside.countDown();
                try {
                    crash.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw FakeRuntime.broken("interrupted");
                }
            }
        };
        InstallationService.Accepted accepted = platform.installations.install(ALICE, ID, wish(null));
        inside.await();
        platform.restart();

        platform.completed(accepted);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void oneBrokenExtensionStopsNothingElseAtStart() {
        publish("1.0.0");
        platform.publish(manifest("acme.bad", "1.0.0"));
        platform.publish(manifest("acme.bad", "1.0.1"));
        platform.installed(ALICE, ID, null);
        platform.installed(ALICE, "acme.bad", "1.0.0");
        platform.restart();
        platform.runtime.onStart = release -> {
            if (release.version().equals("1.0.0") && release.extensionId().equals("acme.bad")) {
                throw new IllegalStateException("surprise");
            }
        };

        platform.domain.reconcile();

        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(platform.installations.get(ALICE, "acme.bad").problem()).contains("IllegalStateException");
        platform.completed(platform.installations.upgrade(ALICE, "acme.bad", wish("1.0.1")));
        assertThat(platform.installations.get(ALICE, "acme.bad").problem()).isNull();
        platform.domain.poll();
        assertThat(platform.runtime.serving("ten_a", "acme.bad")).isEqualTo("1.0.1");
        assertThat(platform.installations.get(ALICE, "acme.bad").problem()).isNull();
    }

    @Test
    void takesOverWhatAnotherNodeChanged() {
        publish("1.0.0", "1.1.0");
        platform.domain.reconcile();
        platform.installed(ALICE, ID, "1.0.0");
        platform.runtime.forgetEverything();

        platform.domain.poll();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        platform.completed(platform.installations.uninstall(ALICE, ID, false));
        platform.runtime.assigned.put(
                "ten_a/" + ID,
                new org.platformforge.kernel.api.extension.ExtensionRuntime.Assignment(
                        "x", null, 0, Map.of(), Map.of()));
        platform.domain.poll();
        assertThat(platform.runtime.assigned).isEmpty();
        assertThat(platform.runtime.log).doesNotContain("erase ten_a");
    }

    /** Holds the tenant's resources with the named versions. */
    private static final class Holder implements RemovalVeto {
        private final Map<String, String> versions = new ConcurrentHashMap<>();
        private final Set<String> makers = ConcurrentHashMap.newKeySet();
        private volatile int patience;

        @Override
        public Optional<String> objection(Set<Long> bundles) {
            return Optional.empty();
        }

        @Override
        public Optional<String> objection(String tenantId, String extensionId, String successor) {
            if (patience-- > 0 || !tenantId.equals("ten_a") || !extensionId.equals(ID)) {
                return Optional.empty();
            }
            return successor != null && makers.contains(versions.get(successor))
                    ? Optional.empty()
                    : Optional.of("the engine acme.notes holds 1 resource (page, res-1); delete it first");
        }
    }

    @Test
    void keepsAnExtensionWhoseEngineHoldsSomething() {
        publish("1.0.0", "1.1.0", "2.0.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.installed(BOB, ID, "1.0.0");
        Holder holder = new Holder();
        holder.makers.addAll(Set.of("1.0.0", "1.1.0"));
        platform.runtime.onStart = release -> holder.versions.put(release.sha256(), release.version());
        platform.runtime.running.values().forEach(one -> holder.versions.put(one.sha256(), one.version()));
        platform.domain.veto(holder);

        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> platform.installations.uninstall(ALICE, ID, true),
                () -> platform.installations.disable(ALICE, ID))) {
            PlatformException refusal = refused(attempt);
            assertThat(refusal.kind()).isEqualTo(ErrorKind.CONFLICT);
            assertThat(refusal.code()).contains("STILL_IN_USE");
            assertThat(refusal.getMessage()).contains("page, res-1");
        }
        platform.completed(platform.installations.uninstall(BOB, ID, true));

        platform.completed(platform.installations.upgrade(ALICE, ID, wish("1.1.0")));
        Operation lost = platform.end(platform.installations.upgrade(ALICE, ID, wish("2.0.0")));
        assertThat(lost.error().code()).isEqualTo("STILL_IN_USE");
        assertThat(serving("ten_a")).isEqualTo("1.1.0");
        assertThat(platform.installations.get(ALICE, ID).state()).isEqualTo(Installation.State.ACTIVE);
        assertThat(platform.runtime.running.values())
                .extracting(ExtensionRuntime.Running::version)
                .containsExactly("1.1.0");
        platform.completed(platform.installations.rollback(ALICE, ID));
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void servesOnWhenSomethingWasMadeWhileItWasBeingRemoved() {
        publish("1.0.0");
        platform.installed(ALICE, ID, "1.0.0");
        Holder holder = new Holder();
        // asked by the request, by the operation, and when nothing more can be made
        holder.patience = 2;
        platform.domain.veto(holder);

        Operation ended = platform.end(platform.installations.uninstall(ALICE, ID, true));

        assertThat(ended.error().code()).isEqualTo("STILL_IN_USE");
        assertThat(platform.installations.get(ALICE, ID).state()).isEqualTo(Installation.State.ACTIVE);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(platform.runtime.log).doesNotContain("erase ten_a");
    }

    /** Both were asked for while nothing spoke against either: the later one finds the other. */
    @Test
    void leavesNoExtensionWithoutWhatItNeeds() throws Exception {
        publish("1.0.0", "2.0.0");
        Map<String, Object> needing = manifest("acme.more", "1.0.0");
        needing.put("requires", Map.of("api", "[1.0,2)", "extensions", Map.of(ID, "^1.0.0")));
        platform.publish(needing);
        platform.installed(ALICE, ID, "1.0.0");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        platform.runtime.onStart = release -> {
            if (release.extensionId().equals(ID) && release.version().equals("2.0.0")) {
                inside.countDown();
                await(goOn);
            }
        };
        InstallationService.Accepted upgrade = platform.installations.upgrade(ALICE, ID, wish("2.0.0"));
        inside.await();

        assertThat(codes(refused(() -> platform.installations.install(ALICE, "acme.more", wish(null)))))
                .containsExactly("DEPENDENCY_MISSING");
        goOn.countDown();
        platform.completed(upgrade);
        platform.runtime.onStart = release -> {};
        assertThat(refused(() -> platform.installations.install(ALICE, "acme.more", wish(null)))
                        .getMessage())
                .contains("2.0.0 is installed");

        platform.completed(platform.installations.rollback(ALICE, ID));
        platform.installed(ALICE, "acme.more", null);
        Operation back = platform.end(platform.installations.rollback(ALICE, ID));
        assertThat(back.error().code()).isEqualTo("DEPENDENT_BREAKS");
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FakeRuntime.broken("interrupted");
        }
    }

    @Test
    void letsOneOfTwoUpgradesAtOnceWin() throws Exception {
        publish("1.0.0", "1.1.0", "1.2.0");
        platform.installed(ALICE, ID, "1.0.0");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<String> accepted = new ArrayList<>();
        for (Future<InstallationService.Accepted> each :
                threads.invokeAll(List.<Callable<InstallationService.Accepted>>of(
                        () -> platform.installations.upgrade(ALICE, ID, wish("1.1.0")),
                        () -> platform.installations.upgrade(ALICE, ID, wish("1.2.0"))))) {
            try {
                InstallationService.Accepted one = each.get();
                platform.completed(one);
                accepted.add((String) one.operation().input().get("version"));
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(((PlatformException) e.getCause()).kind()).isEqualTo(ErrorKind.CONFLICT);
            }
        }
        threads.shutdown();

        assertThat(accepted).isNotEmpty();
        String last = accepted.get(accepted.size() - 1);
        assertThat(serving("ten_a")).isEqualTo(last);
        assertThat(platform.installations.get(ALICE, ID).current().version()).isEqualTo(last);
        assertThat(platform.runtime.running.values())
                .extracting(ExtensionRuntime.Running::version)
                .containsExactly(last);
    }

    @Test
    void hidesInstallationsFromOtherTenantsUnderTheirIds() {
        publish("1.0.0", "1.1.0");
        String id = platform.installed(ALICE, ID, "1.0.0").id();

        assertThat(platform.installations.extensionOf(ALICE, id)).isEqualTo(ID);
        assertThat(refused(() -> platform.installations.extensionOf(BOB, id)).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> platform.installations.upgrade(BOB, ID, wish(null)),
                () -> platform.installations.uninstall(BOB, ID, true),
                () -> platform.installations.configure(BOB, ID, Map.of()),
                () -> platform.installations.flags(BOB, ID, true, true),
                () -> platform.installations.canary(BOB, ID, wish("1.1.0"), 10, 0),
                () -> platform.installations.export(BOB, ID, java.io.OutputStream.nullOutputStream()),
                () -> platform.installations.run(BOB, ID, "x", List.of()),
                () -> platform.installations.wiring(BOB, ID))) {
            assertThat(refused(attempt).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void refusesRangesThatAreNone() {
        publish("1.0.0");
        for (String range : List.of(
                "[1.0,",
                "[2,1]",
                "^",
                "~x",
                "99999999999999999999.0.0",
                "[0," + "9".repeat(90) + ")",
                "[1.0,2)".repeat(20),
                "1.0.0\u0000",
                "' OR 1=1")) {
            assertThat(refused(() -> platform.installations.install(ALICE, ID, wish(range)))
                            .kind())
                    .as(range)
                    .isIn(ErrorKind.VALIDATION, ErrorKind.NOT_FOUND);
        }
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation")).isZero();
    }

    @Test
    void keepsSettingsThatCannotBeServedYet() {
        Map<String, Object> manifest = manifest(ID, "1.0.0");
        manifest.put(
                "configuration", Map.of("type", "object", "properties", Map.of("greeting", Map.of("type", "string"))));
        platform.publish(manifest);
        platform.installed(ALICE, ID, null);
        platform.domain.reconcile();
        platform.blocks.block(OPERATOR, ID, "1.0.0", "bad");

        platform.installations.configure(ALICE, ID, Map.of("greeting", "Hi"));

        assertThat(platform.installations.get(ALICE, ID).current().configuration())
                .isEqualTo(Map.of("greeting", "Hi"));
        platform.domain.poll();
        assertThat(platform.installations.get(ALICE, ID).problem()).contains("bad");
    }

    @Test
    void disablesEnablesAndBlocksWhatOthersNeed() {
        publish("1.0.0", "2.0.0");
        Map<String, Object> needing = manifest("acme.more", "1.0.0");
        needing.put("requires", Map.of("api", "[1.0,2)", "extensions", Map.of(ID, "^1.0.0")));
        platform.publish(needing);

        assertThat(codes(refused(() -> platform.installations.install(ALICE, "acme.more", wish(null)))))
                .containsExactly("DEPENDENCY_MISSING");
        assertThat(platform.installations.plan(ALICE, "acme.more", wish(null)).dependencies())
                .singleElement()
                .satisfies(needed -> assertThat(needed.available()).isEqualTo("1.0.0"));
        platform.installed(ALICE, ID, "1.0.0");
        platform.installed(ALICE, "acme.more", null);
        assertThat(refused(() -> platform.installations.uninstall(ALICE, ID, false))
                        .code())
                .contains("STILL_NEEDED");
        assertThat(refused(() -> platform.installations.disable(ALICE, ID)).code())
                .contains("STILL_NEEDED");
        assertThat(codes(refused(() -> platform.installations.upgrade(ALICE, ID, wish("2.0.0")))))
                .containsExactly("DEPENDENT_BREAKS");
        platform.completed(platform.installations.uninstall(ALICE, "acme.more", false));
        platform.completed(platform.installations.disable(ALICE, ID));
        assertThat(platform.runtime.running).isEmpty();
        platform.completed(platform.installations.enable(ALICE, ID));
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    /** Its version may be why it is disabled, and why it cannot be enabled. */
    @Test
    void movesWhatIsDisabledAndLeavesItSo() {
        publish("1.0.0", "1.0.1");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.disable(ALICE, ID));
        platform.blocks.block(OPERATOR, ID, "1.0.0", "bad");
        assertThat(platform.end(platform.installations.enable(ALICE, ID))
                        .error()
                        .code())
                .isEqualTo("BLOCKED");

        platform.completed(platform.installations.upgrade(ALICE, ID, wish(null)));

        assertThat(platform.installations.get(ALICE, ID).state()).isEqualTo(Installation.State.DISABLED);
        assertThat(platform.runtime.running).isEmpty();
        platform.completed(platform.installations.enable(ALICE, ID));
        assertThat(serving("ten_a")).isEqualTo("1.0.1");
    }

    @Test
    void choosesTheHighestThatMayRunHere() {
        publish("1.0.0", "1.1.0", "1.2.0");
        Map<String, Object> future = manifest(ID, "1.3.0");
        future.put("requires", Map.of("api", "[9,10)"));
        platform.publish(future);
        platform.blocks.block(OPERATOR, ID, "1.2.0", "bad");

        platform.installed(ALICE, ID, "^1.0.0");

        assertThat(serving("ten_a")).isEqualTo("1.1.0");
        assertThat(platform.installations.detail(ALICE, ID).available()).isNull();
        publish("1.1.1");
        assertThat(platform.installations.detail(ALICE, ID).available()).isEqualTo("1.1.1");
        assertThat(codes(refused(() -> platform.installations.install(BOB, ID, wish("[1.2,2)")))))
                .containsExactly("NOT_COMPATIBLE");
    }

    @Test
    void withdrawsABadCanaryAndKeepsItsFigures() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.canary(ALICE, ID, wish("1.1.0"), 20, 0));
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).canaryPercent()).isEqualTo(20);
        assertThat(platform.runtime.running).hasSize(2);
        figures(100, 1, 20, 10);

        platform.domain.judgeCanaries();

        awaitAction("withdraw");
        HistoryEntry entry = platform.installations.detail(ALICE, ID).history().get(0);
        assertThat(entry.message()).contains("10 of 20 calls failed");
        assertThat(entry.figures().toString()).contains("errors=10");
        assertThat(platform.installations.get(ALICE, ID).canary()).isNull();
        assertThat(platform.runtime.running.values())
                .extracting(r -> r.version())
                .containsExactly("1.0.0");
    }

    @Test
    void promotesAGoodCanaryWhereTheTenantAskedForIt() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.canary(ALICE, ID, wish("1.1.0"), 50, 30));
        figures(100, 0, 29, 0);
        platform.domain.judgeCanaries();
        assertThat(platform.installations.get(ALICE, ID).busy()).isFalse();
        figures(100, 0, 30, 0);

        platform.domain.judgeCanaries();

        awaitAction("promote");
        assertThat(serving("ten_a")).isEqualTo("1.1.0");
        assertThat(platform.installations.get(ALICE, ID).previous().version()).isEqualTo("1.0.0");
    }

    @Test
    void keepsTheFiguresOfACanaryOverTheLivesOfANode() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.canary(ALICE, ID, wish("1.1.0"), 50, 30));
        figures(100, 2, 20, 1);
        platform.domain.judgeCanaries();
        platform.domain.judgeCanaries();
        Installation row = platform.installations.get(ALICE, ID);

        CanaryFigures afterARestart = TestDomain.figures(platform.database, platform.runtime, "another life");
        figures(7, 0, 5, 0);

        assertThat(afterARestart.of(row)).extracting(Figures::calls).containsExactly(107L, 25L);
        assertThat(afterARestart.of(row)).extracting(Figures::errors).containsExactly(2L, 1L);
        afterARestart.keep(row);
        figures(7, 0, 10, 0);
        // this life counts on from what it has now, and adds what the other one wrote down
        assertThat(platform.installations.detail(ALICE, ID).figures())
                .extracting(Figures::calls)
                .containsExactly(14L, 15L);
        platform.completed(platform.installations.withdraw(ALICE, ID, null));
        assertThat(platform.installations
                        .detail(ALICE, ID)
                        .history()
                        .get(0)
                        .figures()
                        .toString())
                .contains("calls=15");
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_canary_figure")).isZero();
    }

    private void figures(long calls, long errors, long canaryCalls, long canaryErrors) {
        Installation row = platform.installations.get(ALICE, ID);
        platform.runtime.figures.put(
                "ten_a/" + ID,
                List.of(
                        new Figures(row.current().sha256(), "1.0.0", calls, errors, 1),
                        new Figures(row.canary().sha256(), "1.1.0", canaryCalls, canaryErrors, 1)));
    }

    private void awaitAction(String action) {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> platform.installations
                        .detail(ALICE, ID)
                        .history()
                        .get(0)
                        .action()
                        .equals(action));
    }

    @Test
    void patchesThoseWhoWantItAndNobodyElse() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.installed(BOB, ID, null);
        platform.installations.flags(ALICE, ID, null, true);
        publish("1.0.1", "1.1.0");

        platform.domain.lookForPatches();

        awaitAction("upgrade");
        assertThat(serving("ten_a")).isEqualTo("1.0.1");
        assertThat(serving("ten_b")).isEqualTo("1.0.0");
    }

    @Test
    void patchesNoPinnedInstallationAndTriesARefusedPatchOnce() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.installed(BOB, ID, null);
        platform.installations.flags(ALICE, ID, true, true);
        platform.installations.flags(BOB, ID, null, true);
        publish("1.0.1");
        platform.runtime.onStart = release -> {
            if (release.version().equals("1.0.1")) {
                throw FakeRuntime.broken("no database driver");
            }
        };

        platform.domain.lookForPatches();

        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> platform.installations.get(BOB, ID).error() != null);
        Installation kept = platform.installations.get(BOB, ID);
        assertThat(kept.error().message()).isEqualTo("no database driver");
        assertThat(kept.current().version()).isEqualTo("1.0.0");
        assertThat(kept.busy()).isFalse();
        assertThat(serving("ten_b")).isEqualTo("1.0.0");
        assertThat(platform.installations.get(ALICE, ID).busy()).isFalse();
        assertThat(platform.installations.detail(ALICE, ID).history()).hasSize(1);
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'extension.upgrade_failed'"))
                .isOne();

        platform.runtime.onStart = release -> {};
        platform.domain.lookForPatches();
        assertThat(platform.installations.get(BOB, ID).busy()).isFalse();
        publish("1.0.2");
        platform.domain.lookForPatches();
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> "1.0.2".equals(serving("ten_b")));
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void yankedVersionsAreForThoseWhoHaveThem() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.publishing.yank(ACME, ID, "1.0.0", "leaks");

        assertThat(refused(() -> platform.installations.install(BOB, ID, wish("1.0.0"))))
                .hasMessageContaining("leaks")
                .extracting(refusal -> refusal.code().orElse(null))
                .isEqualTo("VERSION_YANKED");
        assertThat(refused(() -> platform.installations.install(BOB, ID, wish(null)))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        platform.restart();
        platform.domain.reconcile();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void stopsWhatAnOperatorBlocksEverywhereUntilItIsLifted() {
        publish("1.0.0", "1.0.1");
        platform.installed(ALICE, ID, "1.0.0");
        platform.installed(BOB, ID, "1.0.1");
        platform.domain.reconcile();

        Advisory block = platform.blocks.block(OPERATOR, ID, "[1.0.0,1.0.1)", "It sends keys away");
        platform.domain.poll();

        assertThat(serving("ten_a")).isNull();
        assertThat(serving("ten_b")).isEqualTo("1.0.1");
        assertThat(platform.runtime.running.values())
                .extracting(ExtensionRuntime.Running::version)
                .containsExactly("1.0.1");
        assertThat(platform.installations.get(ALICE, ID).problem()).contains("It sends keys away");
        assertThat(warnings(ALICE)).containsExactly("BLOCKED");
        assertThat(warnings(BOB)).isEmpty();
        assertThat(codes(refused(() -> platform.installations.install(ACME, ID, wish("1.0.0")))))
                .containsExactly("BLOCKED");
        platform.restart();
        platform.domain.reconcile();
        assertThat(serving("ten_a")).isNull();

        platform.blocks.lift(OPERATOR, ID, block.id());
        platform.domain.poll();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(platform.installations.get(ALICE, ID).problem()).isNull();
        assertThat(refused(() -> platform.blocks.lift(OPERATOR, ID, block.id())).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void letsATenantLeaveABlockedVersion() {
        publish("1.0.0", "1.0.1");
        platform.installed(ALICE, ID, "1.0.0");
        platform.domain.reconcile();
        platform.blocks.block(OPERATOR, ID, "1.0.0", "bad");
        platform.domain.poll();

        platform.completed(platform.installations.upgrade(ALICE, ID, wish("1.0.1")));

        assertThat(serving("ten_a")).isEqualTo("1.0.1");
        assertThat(platform.installations.get(ALICE, ID).problem()).isNull();
        assertThat(platform.end(platform.installations.rollback(ALICE, ID))
                        .error()
                        .code())
                .isEqualTo("BLOCKED");
        assertThat(serving("ten_a")).isEqualTo("1.0.1");
    }

    @Test
    void withdrawsABlockedCanaryAndServesOn() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.canary(ALICE, ID, wish("1.1.0"), 20, 0));
        platform.domain.reconcile();

        platform.blocks.block(OPERATOR, ID, "1.1.0", "bad");
        platform.domain.poll();

        assertThat(platform.runtime.assigned.get("ten_a/" + ID).canarySha256()).isNull();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        platform.domain.judgeCanaries();
        awaitAction("withdraw");
        assertThat(platform.installations.detail(ALICE, ID).history().get(0).message())
                .contains("bad");
    }

    @Test
    void warnsOfLostTrustAndStopsWhereTheOperatorWantsIt() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.domain.reconcile();

        platform.publishers.trust(OPERATOR, "acme", false);
        platform.publishers.revokeKey(
                ACME, "acme", platform.publishers.keys("acme").get(0).id());
        platform.domain.poll();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(warnings(ALICE)).containsExactly("KEY_REVOKED", "NOT_TRUSTED");

        platform.settings.modified(TestConfig.in(data.toString()).withdrawnTrustStops(true));
        platform.publishers.trust(OPERATOR, "acme", false);
        platform.domain.poll();
        assertThat(serving("ten_a")).isNull();
        assertThat(platform.runtime.running).isEmpty();
        assertThat(platform.installations.get(ALICE, ID).problem()).contains("revoked");

        platform.settings.modified(TestConfig.in(data.toString()));
        platform.publishers.trust(OPERATOR, "acme", true);
        platform.domain.poll();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void showsWhatIsKnownOfTheVersionThatServes() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.publishing.advise(ACME, ID, "[1.0,1.1)", "high", "Leaks notes");
        platform.publishing.advise(ACME, ID, "[1.1,2)", "low", "Something else");
        platform.publishing.yank(ACME, ID, "1.0.0", "see the advisory");

        assertThat(warnings(ALICE)).containsExactly("YANKED", "ADVISORY");
        assertThat(platform.installations.detail(ALICE, ID).warnings()).noneMatch(Standing.Warning::stops);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    private List<String> warnings(org.platformforge.kernel.api.Caller caller) {
        return platform.installations.detail(caller, ID).warnings().stream()
                .map(Standing.Warning::code)
                .toList();
    }

    @Test
    void onlyThoseWhoUseItRate() {
        publish("1.0.0", "1.1.0");
        assertThat(refused(() -> platform.catalogue.rate(ALICE, ID, 5, null)).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.upgrade(ALICE, ID, wish(null)));
        platform.catalogue.rate(ALICE, ID, 5, "good");
        platform.catalogue.rate(ALICE, ID, 4, null);

        Extension extension = platform.catalogue.get(BOB, ID).extension();
        assertThat(extension.ratingCount()).isOne();
        assertThat(extension.rating()).isEqualTo(4.0);
        assertThat(extension.downloads()).isEqualTo(2);
        assertThat(refused(() -> platform.catalogue.rate(ACME, ID, 5, null)).kind())
                .isEqualTo(ErrorKind.CONFLICT);
    }

    @Test
    void showsRatingsToAllAndTheirAuthorsToNobody() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.installed(BOB, ID, null);
        platform.catalogue.rate(ALICE, ID, 5, "good");
        platform.catalogue.rate(BOB, ID, 2, "slow");

        var first = platform.catalogue.ratings(ACME, ID, PageRequest.first(1));
        var second = platform.catalogue.ratings(
                ACME, ID, new PageRequest(1, 0, first.nextCursor().orElseThrow()));
        assertThat(first.total()).isEqualTo(2);
        assertThat(List.of(first.items().get(0).remark(), second.items().get(0).remark()))
                .containsExactlyInAnyOrder("good", "slow");
        assertThat(second.nextCursor()).isEmpty();
        assertThat(first.nextCursor().toString()).doesNotContain("ten_");

        platform.catalogue.unrate(BOB, ID);
        assertThat(platform.catalogue.get(ACME, ID).extension().rating()).isEqualTo(5.0);
        assertThat(refused(() -> platform.catalogue.unrate(BOB, ID)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> platform.catalogue.ratings(ACME, ID, new PageRequest(1, 0, "x")))
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused(() -> platform.catalogue.ratings(ACME, "acme.none", PageRequest.first(1)))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void handsOutAndErasesWhatAnUninstallationLeft() throws java.io.IOException {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        assertThat(refused(() -> platform.installations.eraseLeft(ALICE, ID)).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        platform.completed(platform.installations.uninstall(ALICE, ID, false));

        platform.installations.export(ALICE, ID, java.io.OutputStream.nullOutputStream());
        platform.installations.eraseLeft(ALICE, ID);

        assertThat(platform.runtime.log).contains("export ten_a", "erase ten_a");
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> platform.installations.export(BOB, ID, java.io.OutputStream.nullOutputStream()),
                () -> platform.installations.eraseLeft(BOB, ID),
                () -> platform.installations.eraseLeft(ALICE, "acme.none"))) {
            assertThat(refused(attempt).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(platform.runtime.log).doesNotContain("erase ten_b");
    }

    @Test
    void anUninstallationThatFailsIsTriedAgain() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.runtime.onErase = () -> {
            throw FakeRuntime.broken("disk on fire");
        };
        platform.end(platform.installations.uninstall(ALICE, ID, true));
        assertThat(platform.installations.get(ALICE, ID).error().message()).isEqualTo("disk on fire");
        assertThat(platform.runtime.assigned).isEmpty();

        platform.runtime.onErase = () -> {};
        platform.completed(platform.installations.uninstall(ALICE, ID, true));
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation")).isZero();
    }

    private static List<String> codes(PlatformException refusal) {
        return ((List<?>) refusal.details().get("problems"))
                .stream()
                        .map(problem -> (String) ((Map<?, ?>) problem).get("code"))
                        .toList();
    }

    private static PlatformException refused(ThrowingCallable work) {
        return catchThrowableOfType(PlatformException.class, work);
    }
}
