package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Figures;
import org.platformforge.kernel.store.database.DatabaseKind;

/** A second version beside the one that serves. */
abstract class CanaryContract extends MarketplaceContract {
    CanaryContract(DatabaseKind kind) {
        super(kind);
    }

    @Test
    void withdrawsABadCanaryAndKeepsItsFigures() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.canaries.start(ALICE, ID, wish("1.1.0"), 20, 0));
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).canaryPercent()).isEqualTo(20);
        assertThat(platform.runtime.running).hasSize(2);
        figures(100, 1, 20, 10);

        platform.domain.judgeCanaries();

        awaitAction("withdraw");
        HistoryEntry entry = platform.reader.detail(ALICE, ID).history().get(0);
        assertThat(entry.message()).contains("10 of 20 calls failed");
        assertThat(entry.figures().toString()).contains("errors=10");
        assertThat(platform.reader.get(ALICE, ID).canary()).isNull();
        assertThat(platform.runtime.running.values())
                .extracting(r -> r.version())
                .containsExactly("1.0.0");
    }

    @Test
    void promotesAGoodCanaryWhereTheTenantAskedForIt() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.canaries.start(ALICE, ID, wish("1.1.0"), 50, 30));
        figures(100, 0, 29, 0);
        platform.domain.judgeCanaries();
        assertThat(platform.reader.get(ALICE, ID).busy()).isFalse();
        figures(100, 0, 30, 0);

        platform.domain.judgeCanaries();

        awaitAction("promote");
        assertThat(serving("ten_a")).isEqualTo("1.1.0");
        assertThat(platform.reader.get(ALICE, ID).previous().version()).isEqualTo("1.0.0");
        assertThat(platform.reader.detail(ALICE, ID).history().get(0).figures().toString())
                .contains("calls=30");
    }

    @Test
    void tellsWhichShareOfTheRequestsACanaryReallyGets() {
        Figures main = new Figures("a", "1.0.0", 7, 0, 1);
        Figures canary = new Figures("b", "1.1.0", 2, 0, 1);

        assertThat(CanaryFigures.share("1.1.0", List.of(main, canary))).isEqualTo(22.2);
        assertThat(CanaryFigures.share("1.1.0", List.of(main))).isZero();
        assertThat(CanaryFigures.share("1.1.0", List.of())).isNull();
    }

    @Test
    void keepsTheFiguresOfACanaryOverTheLivesOfANode() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.canaries.start(ALICE, ID, wish("1.1.0"), 50, 30));
        figures(100, 2, 20, 1);
        platform.domain.judgeCanaries();
        platform.domain.judgeCanaries();
        Installation row = platform.reader.get(ALICE, ID);

        CanaryFigures afterARestart = TestDomain.figures(platform.database, platform.runtime, "another life");
        figures(7, 0, 5, 0);

        assertThat(afterARestart.of(row)).extracting(Figures::calls).containsExactly(107L, 25L);
        assertThat(afterARestart.of(row)).extracting(Figures::errors).containsExactly(2L, 1L);
        afterARestart.keep(row);
        figures(7, 0, 10, 0);
        // this life counts on from what it has now, and adds what the other one wrote down
        assertThat(platform.reader.detail(ALICE, ID).figures())
                .extracting(Figures::calls)
                .containsExactly(14L, 15L);
        platform.completed(platform.canaries.withdraw(ALICE, ID, null));
        assertThat(platform.reader.detail(ALICE, ID).history().get(0).figures().toString())
                .contains("calls=15");
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_canary_figure")).isZero();
    }

    @Test
    void withdrawsABlockedCanaryAndServesOn() {
        publish("1.0.0", "1.1.0");
        platform.installed(ALICE, ID, "1.0.0");
        platform.completed(platform.canaries.start(ALICE, ID, wish("1.1.0"), 20, 0));
        platform.domain.reconcile();

        platform.blocks.block(OPERATOR, ID, "1.1.0", "bad");
        platform.domain.poll();

        assertThat(platform.runtime.assigned.get("ten_a/" + ID).canarySha256()).isNull();
        assertThat(serving("ten_a")).isEqualTo("1.0.0");
        platform.domain.judgeCanaries();
        awaitAction("withdraw");
        assertThat(platform.reader.detail(ALICE, ID).history().get(0).message()).contains("bad");
    }

    private void figures(long calls, long errors, long canaryCalls, long canaryErrors) {
        Installation row = platform.reader.get(ALICE, ID);
        platform.runtime.figures.put(
                "ten_a/" + ID,
                List.of(
                        new Figures(row.current().sha256(), "1.0.0", calls, errors, 1),
                        new Figures(row.canary().sha256(), "1.1.0", canaryCalls, canaryErrors, 1)));
    }
}
