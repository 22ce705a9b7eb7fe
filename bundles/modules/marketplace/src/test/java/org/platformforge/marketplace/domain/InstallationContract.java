package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.kernel.store.testing.TestCaller.ACME;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.domain.InstallPlanner.Wish;
import org.platformforge.marketplace.testing.FakeRuntime;

/** What installing and changing versions promises. */
abstract class InstallationContract extends MarketplaceContract {
    InstallationContract(DatabaseKind kind) {
        super(kind);
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
        assertThat(refused(() -> platform.reader.get(BOB, ID)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(refused(() -> platform.installations.rollback(ACME, ID)).kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(platform.reader.list(BOB, null, PageRequest.first(10)).items())
                .isEmpty();
    }

    @Test
    void hidesInstallationsFromOtherTenantsUnderTheirIds() {
        publish("1.0.0", "1.1.0");
        String id = platform.installed(ALICE, ID, "1.0.0").id();

        assertThat(platform.reader.extensionOf(ALICE, id)).isEqualTo(ID);
        assertThat(refused(() -> platform.reader.extensionOf(BOB, id)).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> platform.installations.upgrade(BOB, ID, wish(null)),
                () -> platform.installations.uninstall(BOB, ID, true),
                () -> platform.configuring.configure(BOB, ID, Map.of()),
                () -> platform.configuring.flags(BOB, ID, true, true),
                () -> platform.canaries.start(BOB, ID, wish("1.1.0"), 10, 0),
                () -> platform.use.export(BOB, ID, java.io.OutputStream.nullOutputStream()),
                () -> platform.use.run(BOB, ID, "x", List.of()),
                () -> platform.reader.wiring(BOB, ID))) {
            assertThat(refused(attempt).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
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
        assertThat(platform.reader.get(ALICE, ID).current().accepted()).containsExactly("network:api.acme.example");
        assertThat(refused(() -> platform.installations.upgrade(ALICE, ID, wish(null)))
                        .details())
                .containsEntry("missing_permissions", List.of("network:evil.example"));
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void keepsTheRealCauseOfAFailureAndStaysRemovable() {
        publish("1.0.0", "1.0.1");
        platform.runtime.onStart = release -> {
            throw FakeRuntime.broken("NotesComponent: Cannot find the flux capacitor");
        };

        Operation failed = platform.end(platform.installations.install(ALICE, ID, wish("1.0.0")));

        Installation row = platform.reader.get(ALICE, ID);
        assertThat(failed.status()).isEqualTo(Operation.Status.FAILED);
        assertThat(failed.error().message()).isEqualTo("NotesComponent: Cannot find the flux capacitor");
        assertThat(row.state()).isEqualTo(Installation.State.FAILED);
        assertThat(failed.error().code()).isEqualTo("START_FAILED");
        assertThat(row.error().code()).isEqualTo("START_FAILED");
        assertThat(row.error().message()).contains("flux capacitor");
        assertThat(row.busy()).isFalse();
        assertThat(platform.runtime.assigned).isEmpty();
        platform.runtime.onStart = release -> {};
        platform.completed(platform.installations.install(ALICE, ID, wish("1.0.1")));
        assertThat(serving("ten_a")).isEqualTo("1.0.1");
        assertThat(platform.reader.get(ALICE, ID).error()).isNull();
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
        Installation row = platform.reader.get(ALICE, ID);
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
        assertThat(platform.reader.detail(ALICE, ID).history())
                .extracting(HistoryEntry::action)
                .containsExactly("rollback", "upgrade", "install");
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

        assertThat(platform.reader.get(ALICE, ID).state()).isEqualTo(Installation.State.DISABLED);
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
        assertThat(platform.reader.detail(ALICE, ID).available()).isNull();
        publish("1.1.1");
        assertThat(platform.reader.detail(ALICE, ID).available()).isEqualTo("1.1.1");
        assertThat(codes(refused(() -> platform.installations.install(BOB, ID, wish("[1.2,2)")))))
                .containsExactly("NOT_COMPATIBLE");
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
    void letsOneOfTwoAtOnceInstall() throws Exception {
        publish("1.0.0");
        List<Callable<Accepted>> two = List.of(
                () -> platform.installations.install(ALICE, ID, wish("1.0.0")),
                () -> platform.installations.install(ALICE, ID, wish("1.0.0")));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        int accepted = 0;
        for (Future<Accepted> each : threads.invokeAll(two)) {
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
    void letsOneOfTwoUpgradesAtOnceWin() throws Exception {
        publish("1.0.0", "1.1.0", "1.2.0");
        platform.installed(ALICE, ID, "1.0.0");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<String> accepted = new ArrayList<>();
        for (Future<Accepted> each : threads.invokeAll(List.<Callable<Accepted>>of(
                () -> platform.installations.upgrade(ALICE, ID, wish("1.1.0")),
                () -> platform.installations.upgrade(ALICE, ID, wish("1.2.0"))))) {
            try {
                Accepted one = each.get();
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
        assertThat(platform.reader.get(ALICE, ID).current().version()).isEqualTo(last);
        assertThat(platform.runtime.running.values())
                .extracting(ExtensionRuntime.Running::version)
                .containsExactly(last);
    }

    @Test
    void patchesThoseWhoWantItAndNobodyElse() {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        platform.installed(BOB, ID, null);
        platform.configuring.flags(ALICE, ID, null, true);
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
        platform.configuring.flags(ALICE, ID, true, true);
        platform.configuring.flags(BOB, ID, null, true);
        publish("1.0.1");
        assertThat(refused(() -> platform.installations.upgrade(ALICE, ID, wish(null)))
                        .code())
                .contains("PINNED");
        platform.runtime.onStart = release -> {
            if (release.version().equals("1.0.1")) {
                throw FakeRuntime.broken("no database driver");
            }
        };

        platform.domain.lookForPatches();

        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> platform.reader.get(BOB, ID).error() != null);
        Installation kept = platform.reader.get(BOB, ID);
        assertThat(kept.error().message()).isEqualTo("no database driver");
        assertThat(kept.current().version()).isEqualTo("1.0.0");
        assertThat(kept.busy()).isFalse();
        assertThat(serving("ten_b")).isEqualTo("1.0.0");
        assertThat(platform.reader.get(ALICE, ID).busy()).isFalse();
        assertThat(platform.reader.detail(ALICE, ID).history()).hasSize(1);
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'extension.upgrade_failed'"))
                .isOne();

        platform.runtime.onStart = release -> {};
        platform.domain.lookForPatches();
        assertThat(platform.reader.get(BOB, ID).busy()).isFalse();
        publish("1.0.2");
        platform.domain.lookForPatches();
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> "1.0.2".equals(serving("ten_b")));
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }
}
