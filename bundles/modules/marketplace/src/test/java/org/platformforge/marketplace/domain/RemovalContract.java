package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.testing.FakeRuntime;

/** What may be taken away, and what is left. */
abstract class RemovalContract extends MarketplaceContract {
    RemovalContract(DatabaseKind kind) {
        super(kind);
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
        Accepted upgrade = platform.installations.upgrade(ALICE, ID, wish("2.0.0"));
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
        assertThat(platform.reader.get(ALICE, ID).state()).isEqualTo(Installation.State.ACTIVE);
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
        assertThat(platform.reader.get(ALICE, ID).state()).isEqualTo(Installation.State.ACTIVE);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        assertThat(platform.runtime.log).doesNotContain("erase ten_a");
    }

    @Test
    void handsOutAndErasesWhatAnUninstallationLeft() throws java.io.IOException {
        publish("1.0.0");
        platform.installed(ALICE, ID, null);
        assertThat(refused(() -> platform.use.eraseLeft(ALICE, ID)).kind()).isEqualTo(ErrorKind.CONFLICT);
        platform.completed(platform.installations.uninstall(ALICE, ID, false));

        platform.use.export(ALICE, ID, java.io.OutputStream.nullOutputStream());
        platform.use.eraseLeft(ALICE, ID);

        assertThat(platform.runtime.log).contains("export ten_a", "erase ten_a");
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> platform.use.export(BOB, ID, java.io.OutputStream.nullOutputStream()),
                () -> platform.use.eraseLeft(BOB, ID),
                () -> platform.use.eraseLeft(ALICE, "acme.none"))) {
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
        assertThat(platform.reader.get(ALICE, ID).error().message()).isEqualTo("disk on fire");
        assertThat(platform.runtime.assigned).isEmpty();

        platform.runtime.onErase = () -> {};
        platform.completed(platform.installations.uninstall(ALICE, ID, true));
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation")).isZero();
    }
}
