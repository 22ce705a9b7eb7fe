package org.platformforge.kernel.jobs.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.JobsComponent;
import org.platformforge.kernel.jobs.TestLicense;
import org.platformforge.kernel.store.testing.StoreFixture;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeSeatTest {
    private TestLicense license;
    private StoreFixture derby;
    private StoreFixture postgresql;

    @BeforeAll
    void open() {
        derby = StoreFixture.derby(JobsComponent.class);
        postgresql = StoreFixture.postgresql(JobsComponent.class);
    }

    @AfterAll
    void close() {
        derby.close();
        postgresql.close();
    }

    List<StoreFixture> databases() {
        return List.of(derby, postgresql);
    }

    @BeforeEach
    void begin() {
        license = new TestLicense();
        databases().forEach(database -> execute(database, "DELETE FROM jobs_node"));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("databases")
    void letsInNoMoreNodesThanTheLicenceAllows(StoreFixture database) {
        license.limit("nodes", 2);
        NodeSeat a = looked(database, "a");
        NodeSeat b = looked(database, "b");
        NodeSeat c = looked(database, "c");

        assertThat(List.of(a.isTaken(), b.isTaken(), c.isTaken())).containsExactly(true, true, false);
        assertThat(c.refusal()).isEqualTo("The licence allows 2 nodes");
        assertThat(c.look()).isFalse();
        assertThat(looked(database, "b").isTaken())
                .as("b, killed and started again")
                .isTrue();

        a.leave();
        assertThat(a.isTaken()).isFalse();
        assertThat(c.look()).isTrue();
        assertThat(c.isTaken()).isTrue();
        assertThat(c.refusal()).isEmpty();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("databases")
    void givesThePlaceOfASilentNodeAway(StoreFixture database) {
        license.limit("nodes", 1);
        NodeSeat silent = looked(database, "silent");
        NodeSeat next = looked(database, "next");
        assertThat(next.isTaken()).isFalse();

        database.run(
                Store.ALL_TENANTS,
                tx -> Sql.update(
                        tx.connection(),
                        "UPDATE jobs_node SET seen_at = ?",
                        tx.now().minus(NodeSeat.SILENCE).minus(Duration.ofSeconds(1))));
        assertThat(next.look()).isTrue();
        assertThat(next.isTaken()).isTrue();
        silent.look();
        assertThat(silent.isTaken()).as("one that works is never stopped").isTrue();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("databases")
    void leavesEverybodyTheirPlaceWhenTheLicenceAllowsFewer(StoreFixture database) {
        NodeSeat early = looked(database, "early");
        assertThat(count(database)).as("without a limit nothing is written").isZero();
        license.limit("nodes", 2);
        early.look();
        NodeSeat late = looked(database, "late");
        license.limit("nodes", 1);
        late.look();
        assertThat(early.isTaken() && late.isTaken()).isTrue();
        assertThat(looked(database, "third").isTaken()).isFalse();
        license.limit("tenants", 1);
        assertThat(looked(database, "third").isTaken()).isTrue();
    }

    private NodeSeat looked(StoreFixture database, String name) {
        NodeSeat seat = new NodeSeat(database, license, name);
        assertThat(seat.isTaken()).isFalse();
        seat.look();
        return seat;
    }

    private static long count(StoreFixture database) {
        return database.call(
                Store.ALL_TENANTS,
                tx -> Sql.first(tx.connection(), "SELECT COUNT(*) FROM jobs_node", row -> row.getLong(1))
                        .orElseThrow());
    }

    private static void execute(StoreFixture database, String sql) {
        database.run(Store.ALL_TENANTS, tx -> Sql.update(tx.connection(), sql));
    }
}
