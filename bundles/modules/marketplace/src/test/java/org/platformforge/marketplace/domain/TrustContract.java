package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.platformforge.kernel.store.testing.TestCaller.ACME;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;
import static org.platformforge.marketplace.testing.TestPlatform.artifact;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.marketplace.testing.TestConfig;

/** Where a release runs, and what an operator, a publisher or a lost key do to those who have it. */
abstract class TrustContract extends MarketplaceContract {
    TrustContract(DatabaseKind kind) {
        super(kind);
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
        platform.settings.modified(TestConfig.standard().tiers("T1, T2"));

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

        platform.settings.modified(TestConfig.standard().tiers("T2"));
        assertThat(platform.installations.plan(ALICE, ID, wish("1.1.0")).tier()).isEqualTo(Tier.T2);
        platform.settings.modified(TestConfig.standard().tiers(""));
        assertThat(codes(refused(() -> platform.installations.upgrade(ALICE, ID, wish("1.1.0")))))
                .containsExactly("TIER_NOT_ALLOWED");
    }

    @Test
    void letsNothingThatWasApartIntoThePlatformsProcess() {
        platform.publish(ACME, artifact(manifest(ID, "1.0.0")), false);
        platform.settings.modified(TestConfig.standard().tiers("T1,T2"));
        platform.installed(ALICE, ID, "1.0.0");

        platform.settings.modified(TestConfig.standard().tiers("T1"));
        platform.runtime.forgetEverything();
        platform.domain.reconcile();
        assertThat(platform.runtime.running).isEmpty();
        assertThat(platform.reader.get(ALICE, ID).problem()).contains("not signed");
        platform.settings.modified(TestConfig.standard().tiers("T1,T2"));
        platform.domain.reconcile();
        assertThat(tier(ALICE)).isEqualTo(Tier.T2);
    }

    @Test
    void movesOutOfThePlatformsProcessWhoeverIsNotTrustedAnyMore() {
        publish("1.0.0");
        platform.settings.modified(TestConfig.standard().tiers("T1,T2").withdrawnTrustStops(true));
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
        assertThat(platform.reader.get(ALICE, ID).problem()).isNull();
        assertThat(platform.reader.get(BOB, ID).problem()).isNull();
    }

    @Test
    void letsNobodyNewIntoThePlatformsProcessWithWhoWasThereBeforeTheTrustWasLost() {
        publish("1.0.0", "1.1.0");
        platform.settings.modified(TestConfig.standard().tiers("T1,T2"));
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.installations.upgrade(ALICE, ID, wish("1.1.0")));
        platform.installed(BOB, ID, "1.1.0");
        platform.publishers.trust(OPERATOR, "acme", false);

        assertThat(codes(refused(() -> platform.installations.install(ACME, ID, wish("1.1.0")))))
                .containsExactly("RUNS_INSIDE");
        platform.completed(platform.installations.disable(ALICE, ID));
        platform.completed(platform.installations.enable(ALICE, ID));
        assertThat(tier(ALICE)).as("who has it goes on").isEqualTo(Tier.T1);
        platform.completed(platform.installations.rollback(ALICE, ID));
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    private Tier tier(org.platformforge.kernel.api.Caller caller) {
        return platform.reader.detail(caller, ID).running().tier();
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

        platform.settings.modified(TestConfig.standard().withdrawnTrustStops(true));
        platform.publishers.trust(OPERATOR, "acme", false);
        platform.domain.poll();
        assertThat(serving("ten_a")).isNull();
        assertThat(platform.runtime.running).isEmpty();
        assertThat(platform.reader.get(ALICE, ID).problem()).contains("revoked");

        platform.settings.modified(TestConfig.standard());
        platform.publishers.trust(OPERATOR, "acme", true);
        platform.domain.poll();
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
        assertThat(platform.reader.get(ALICE, ID).problem()).contains("It sends keys away");
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
        assertThat(platform.reader.get(ALICE, ID).problem()).isNull();
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
        assertThat(platform.reader.get(ALICE, ID).problem()).isNull();
        assertThat(platform.end(platform.installations.rollback(ALICE, ID))
                        .error()
                        .code())
                .isEqualTo("BLOCKED");
        assertThat(serving("ten_a")).isEqualTo("1.0.1");
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
    void showsWhatIsKnownOfTheVersionThatServes() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.publishing.advise(ACME, ID, "[1.0,1.1)", "high", "Leaks notes");
        platform.publishing.advise(ACME, ID, "[1.1,2)", "low", "Something else");
        assertThat(platform.installations.plan(BOB, ID, wish("1.0.0")).warnings())
                .as("who has yet to decide is told, too")
                .containsExactly(new Standing.Warning("ADVISORY", "high: Leaks notes", false));
        platform.publishing.yank(ACME, ID, "1.0.0", "see the advisory");

        for (String range : List.of("1.0.0", "[1.0,1.1)")) {
            assertThat(refused(() -> platform.installations.install(BOB, ID, wish(range)))
                            .code())
                    .contains("VERSION_YANKED");
        }
        assertThat(warnings(ALICE)).containsExactly("YANKED", "ADVISORY");
        assertThat(platform.reader.detail(ALICE, ID).warnings()).noneMatch(Standing.Warning::stops);
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
    }

    @Test
    void tellsTheTenantsThatHaveAVersionWhatBecameKnownOfIt() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.installed(BOB, ID, "1.1.0");
        Recorder told = new Recorder();
        try (StoreFixture.Subscription ignored = platform.database.listen(
                        new InstallerWarnings(platform.database, platform.rows, platform.database.outbox()));
                StoreFixture.Subscription also = platform.database.listen(told)) {
            platform.publishing.advise(ACME, ID, "[1.0,1.1)", "high", "Leaks notes");
            platform.publishing.yank(ACME, ID, "1.1.0", "broken");
            platform.blocks.block(OPERATOR, ID, "[1.0,2)", "stolen");

            await().untilAsserted(() -> assertThat(told.events)
                    .extracting(
                            Event::tenantId,
                            it -> it.data().get("version"),
                            it -> it.data().get("code"))
                    .containsExactlyInAnyOrder(
                            tuple(ALICE.tenantId(), "1.0.0", "ADVISORY"),
                            tuple(BOB.tenantId(), "1.1.0", "YANKED"),
                            tuple(ALICE.tenantId(), "1.0.0", "BLOCKED"),
                            tuple(BOB.tenantId(), "1.1.0", "BLOCKED")));
            assertThat(told.events)
                    .filteredOn(it -> "ADVISORY".equals(it.data().get("code")))
                    .singleElement()
                    .satisfies(it -> assertThat(it.data())
                            .containsEntry("severity", "high")
                            .containsEntry("affected", "[1.0,1.1)")
                            .containsEntry("summary", "Leaks notes"));
        }
    }

    private static final class Recorder implements EventListener {
        final List<Event> events = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "test.warned";
        }

        @Override
        public Set<String> types() {
            return Set.of("extension.warned");
        }

        @Override
        public void onEvent(Event event) {
            events.add(event);
        }
    }

    private List<String> warnings(org.platformforge.kernel.api.Caller caller) {
        return platform.reader.detail(caller, ID).warnings().stream()
                .map(Standing.Warning::code)
                .toList();
    }
}
