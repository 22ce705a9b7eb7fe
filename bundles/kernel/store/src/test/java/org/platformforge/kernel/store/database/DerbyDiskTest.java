package org.platformforge.kernel.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.Ids;

/** When what is tried, with a disk and a clock of the test's own. */
class DerbyDiskTest {
    private static final SQLException FULL = new SQLException("Cannot flush the log file", "XSLA0");

    private final EmbeddedDataSource derby = new EmbeddedDataSource();
    private final List<Long> reopened = new ArrayList<>();
    private long usable = DerbyDisk.ROOM;
    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos(); // close before it starts again from below
    private long seconds;
    private boolean stillBroken;
    private int told;
    private int closed;
    private final DerbyDisk disk = new DerbyDisk("jdbc:derby:x", () -> usable, this::reopen, () -> closed++, () -> now);

    @BeforeEach
    void prepare() throws SQLException {
        derby.setDatabaseName("memory:" + Ids.next("disk-"));
        derby.setCreateDatabase("create");
        derby.getConnection().close();
    }

    private void reopen() throws SQLException {
        reopened.add(seconds);
        if (stillBroken) {
            throw FULL;
        }
    }

    private void pass(int ofSeconds) {
        for (int i = 0; i < ofSeconds; i++) {
            now += Duration.ofSeconds(1).toNanos();
            seconds++;
            disk.recover(() -> told++);
        }
    }

    private Connection connect() throws SQLException {
        return disk.connect(derby::getConnection);
    }

    private static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t" + System.nanoTime() + " (id INTEGER)");
        }
    }

    @Test
    void leavesADatabaseAloneThatCanBeWritten() throws SQLException {
        assertThat(disk.failed(new SQLException("duplicate", "23505"))).isFalse();
        assertThat(disk.failed(new SQLException("no state"))).isFalse();
        assertThat(disk.recover(() -> told++)).isEmpty();
        try (Connection connection = connect()) {
            connection.setReadOnly(true);
            connection.setReadOnly(false);
            write(connection);
        }
        assertThat(reopened).isEmpty();
    }

    @Test
    void onlyReadsAfterAFailureWhateverThePoolAsksFor() throws SQLException {
        assertThat(disk.failed(FULL)).isFalse();
        try (Connection connection = connect()) {
            connection.setReadOnly(false);
            assertThatThrownBy(() -> write(connection)).isInstanceOfSatisfying(SQLException.class, e -> {
                assertThat(SqlErrors.meaning(e)).isEqualTo(SqlErrors.Meaning.STORAGE);
                assertThat(disk.failed(e)).isFalse();
            });
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void comesBackWhenThereIsRoomAndDropsConnectionsFromBefore() throws SQLException {
        usable = DerbyDisk.ROOM - 1;
        disk.failed(FULL);
        Connection before = connect();
        pass(1000);
        assertThat(reopened).isEmpty();
        assertThat(disk.recover(() -> told++))
                .hasValueSatisfying(reason ->
                        assertThat(reason).contains("jdbc:derby:x has no room to write", "Cannot flush the log file"));

        usable = DerbyDisk.ROOM;
        assertThat(disk.recover(() -> told++)).isEmpty();
        assertThat(told).isOne();
        assertThatThrownBy(() -> write(before))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(disk.failed(e)).isTrue());
        before.close();
        try (Connection connection = connect()) {
            write(connection);
        }
    }

    @Test
    void onlyReadsBeforeTheDiskIsFull() throws SQLException {
        usable = DerbyDisk.RESERVE;
        assertThat(disk.recover(() -> told++)).isEmpty();
        usable = DerbyDisk.RESERVE - 1;
        assertThat(disk.recover(() -> told++)).isPresent();
        assertThat(told).isOne();
        assertThatThrownBy(() -> write(connect())).isInstanceOf(SQLException.class);

        usable = DerbyDisk.ROOM - 1;
        pass(100);
        assertThat(reopened).isEmpty();
        usable = DerbyDisk.ROOM;
        assertThat(disk.recover(() -> told++)).isEmpty();
        assertThat(told).isEqualTo(2);
    }

    /** Derby has opened it without room: what its log has is not in it. */
    @Test
    void givesNobodyADatabaseThatIsReadOnlyItself() throws SQLException {
        try (Connection readOnly = derby.getConnection()) {
            readOnly.setReadOnly(true);
            assertThatThrownBy(() -> disk.connect(() -> readOnly))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(SqlErrors.meaning(e)).isEqualTo(SqlErrors.Meaning.STORAGE));
            assertThat(readOnly.isClosed()).isTrue();
        }
        assertThat(closed).isOne();
        usable = DerbyDisk.RESERVE;
        assertThat(disk.recover(() -> told++)).isPresent();
    }

    @Test
    void triesEverMoreRarelyWhatFailsAlthoughThereIsRoom() {
        disk.failed(FULL);
        stillBroken = true;
        pass(125);
        assertThat(disk.recover(() -> told++))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("has room again and yet cannot be opened", "must be started again"));
        assertThat(reopened).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 62L, 92L, 122L);

        stillBroken = false;
        pass(30);
        assertThat(disk.recover(() -> told++)).isEmpty();
    }

    @Test
    void doesNotReopenAtOnceWhatFailsAtOnceAfterwards() {
        for (int i = 0; i < 125; i++) {
            disk.failed(FULL);
            pass(1);
        }
        assertThat(reopened).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 62L, 92L, 122L);

        pass(61 + 30);
        disk.failed(FULL);
        pass(1);
        assertThat(disk.recover(() -> told++)).isEmpty();
    }

    @Test
    void doesNotOpenAgainAndAgainWhatCannotBeOpened() {
        List<Long> opened = new ArrayList<>();
        usable = 0;
        disk.failed(FULL);
        for (int i = 0; i < 1250; i++) {
            if (i % 10 == 0) {
                pass(1);
            }
            assertThatThrownBy(() -> disk.connect(() -> {
                        opened.add(seconds);
                        throw FULL;
                    }))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(SqlErrors.meaning(e)).isEqualTo(SqlErrors.Meaning.STORAGE));
        }
        assertThat(opened).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 62L, 92L, 122L);
    }
}
