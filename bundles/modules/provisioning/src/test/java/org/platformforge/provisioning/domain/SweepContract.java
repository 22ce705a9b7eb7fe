package org.platformforge.provisioning.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.provisioning.domain.EngineSweep.Cleanup;
import org.platformforge.provisioning.domain.EngineSweep.Holding;
import org.platformforge.provisioning.domain.EngineSweep.Removal;
import org.platformforge.provisioning.domain.EngineSweep.Report;

/** What engines hold against what records name, on the real store of either database. */
abstract class SweepContract {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ResourceSpec FORGOTTEN =
            new ResourceSpec("res-forgotten", "ten_b", "prov-gone", "app", "shop", "dev", "application", Map.of());

    private final DatabaseKind kind;
    private TestPlatform platform;

    SweepContract(DatabaseKind kind) {
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
    void removesWhatNoRecordKnowsAndNothingElse() throws Exception {
        platform.completed(ALICE, "my-app", "dev");
        Report agreed = platform.engineSweep.look();
        assertThat(agreed.asked()).containsExactly("gateway", "process");
        assertThat(agreed.orphans()).isEmpty();
        assertThat(agreed.missing()).isEmpty();

        platform.process.held.put(FORGOTTEN.id(), FORGOTTEN);
        Report report = platform.engineSweep.look();
        Holding orphan = new Holding("process", "res-forgotten", "ten_b", "prov-gone", "app");
        assertThat(report.orphans()).containsExactly(orphan);
        assertThat(platform.process.held).as("looking changes nothing").hasSize(2);

        platform.process.deleteFailure = new DriverException("STUCK", "it does not end", false, null);
        assertThat(platform.engineSweep.remove(ALICE, report))
                .containsExactly(new Removal(orphan, new Fault("STUCK", "it does not end")));
        platform.process.deleteFailure = null;
        assertThat(platform.engineSweep.remove(ALICE, report)).containsExactly(new Removal(orphan, null));
        assertThat(platform.process.held).hasSize(1);
        assertThat(platform.engineSweep.look().orphans()).isEmpty();
        assertThat(platform.count("SELECT COUNT(*) FROM store_audit WHERE action = 'resource.sweep'"))
                .isEqualTo(2);
    }

    @Test
    void leavesAloneWhatBecameKnownSinceTheReport() throws Exception {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        String known = platform.resource(done, "app").id();
        Report stale = new Report(
                null, null, null, List.of(new Holding("process", known, "ten_a", "prov-1", "app")), List.of());

        assertThat(platform.engineSweep.remove(ALICE, stale)).isEmpty();
        assertThat(platform.process.held).containsKey(known);
    }

    @Test
    void namesWhatARecordHasAndItsEngineHasNot() {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        platform.process.held.clear();

        assertThat(platform.engineSweep.look().missing())
                .extracting(Resource::id)
                .containsExactly(platform.resource(done, "app").id());
    }

    @Test
    void saysWhoCouldNotBeAsked() {
        platform.completed(ALICE, "my-app", "dev");
        platform.drivers.unbindDriver(platform.gatewayReference, platform.gateway);
        platform.process.inventoryDefect = new IllegalStateException("cut off");

        Report report = platform.engineSweep.look();

        assertThat(report.asked()).isEmpty();
        assertThat(report.silent())
                .containsEntry("gateway", "The engine is not installed")
                .containsEntry("process", "The engine could not tell what it holds");
    }

    @Test
    void provesThatNothingIsLeftOfWhatFailedWasCancelledOrDeleted() {
        platform.gateway.applyFailure = new DriverException("HOST_REFUSED", "the host is reserved", false, null);
        platform.process.deleteFailure = new DriverException("STUCK", "it does not end", false, null);
        ProvisionService.Detail failed =
                platform.awaitEnd(ALICE, platform.create(ALICE, "my-app", "dev").id());
        assertThat(failed.cleanup().clean()).isFalse();
        assertThat(failed.cleanup().held()).singleElement().satisfies(held -> {
            assertThat(held.resourceId())
                    .isEqualTo(failed.provision().resourceIds().get("app"));
            assertThat(held.engine()).isEqualTo("process");
        });

        platform.process.deleteFailure = null;
        await().atMost(SOON).until(() -> {
            platform.sweep.sweep();
            return cleanup(failed).clean();
        });
        platform.gateway.applyFailure = null;
        ProvisionService.Detail used = platform.completed(ALICE, "other", "dev");
        assertThat(used.cleanup()).as("of one that is in use").isNull();
        platform.resources.delete(ALICE, platform.resource(used, "app").id(), true, false);
        await().atMost(SOON)
                .until(() ->
                        platform.provisions.get(ALICE, used.provision().id()).cleanup() != null);
        assertThat(cleanup(used).clean()).isTrue();
    }

    @Test
    void isNotMisledByAnEngineWhoseListHasLostSomething() {
        platform.process.applyFailure = new DriverException("NO", "no", false, null);
        ProvisionService.Detail failed =
                platform.awaitEnd(ALICE, platform.create(ALICE, "my-app", "dev").id());
        assertThat(failed.cleanup().clean()).isTrue();
        String id = failed.provision().resourceIds().get("app");
        ResourceSpec left = new ResourceSpec(id, "ten_a", "", "app", "my-app", "dev", "application", Map.of());
        platform.process.held.put(id, left);
        platform.process.unlisted = true;

        assertThat(cleanup(failed).held()).extracting(Holding::resourceId).containsExactly(id);
    }

    @Test
    void doesNotBelieveAnEngineThatSaysGoneAndHoldsOn() {
        ProvisionService.Detail done = platform.completed(ALICE, "my-app", "dev");
        platform.process.keeps = true;
        platform.resources.delete(ALICE, platform.resource(done, "app").id(), true, false);

        await().atMost(SOON)
                .until(() -> platform.provisions.get(ALICE, done.provision().id()).resources().stream()
                        .anyMatch(left ->
                                left.error() != null && left.error().code().equals("STILL_HELD")));
        assertThat(platform.provisions.get(ALICE, done.provision().id()).resources())
                .allSatisfy(left -> assertThat(left.status()).isEqualTo(ResourceStatus.DELETING));
    }

    private Cleanup cleanup(ProvisionService.Detail detail) {
        return platform.provisions.get(ALICE, detail.provision().id()).cleanup();
    }
}
