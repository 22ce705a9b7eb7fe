package org.platformforge.kernel.jobs.record;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.platformforge.kernel.api.store.Sql;

/**
 * {@code scheduled_tasks}, db-scheduler's own table, written here where its change must commit with the operation's.
 * Follows db-scheduler's rule: whoever changes a row adds one to its version and names the version it knew.
 */
public final class ScheduleTable {
    public static final String TASK = "operation";
    /** A node's idea of the database's time may lag a little: what is due now must not look due later to it. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

    private static final String FREE = "picked = ?, picked_by = NULL, last_heartbeat = NULL, version = version + 1";

    /** Due at once, on every node that has a handler of the kind. */
    public void insert(Connection connection, String operationId, String kind, Instant now) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, kind)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                TASK,
                operationId,
                now.minus(CLOCK_TOLERANCE),
                false,
                1L,
                kind);
    }

    /** Whether the row is as this executor picked it. */
    public boolean heldAt(Connection connection, String operationId, long version) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT version FROM scheduled_tasks WHERE task_name = ? AND task_instance = ? AND picked = ?",
                        row -> row.getLong(1) == version,
                        TASK,
                        operationId,
                        true)
                .orElse(false);
    }

    public boolean remove(Connection connection, String operationId, long version) throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "DELETE FROM scheduled_tasks WHERE task_name = ? AND task_instance = ? AND version = ?",
                        TASK,
                        operationId,
                        version);
    }

    /** Gives the execution back, to be picked by anybody after the delay. */
    public boolean release(Connection connection, String operationId, long version, Instant now, Duration delay)
            throws SQLException {
        Instant due = delay.isZero() ? now.minus(CLOCK_TOLERANCE) : now.plus(delay);
        return 1
                == Sql.update(
                        connection,
                        "UPDATE scheduled_tasks SET " + FREE + ", execution_time = ?"
                                + " WHERE task_name = ? AND task_instance = ? AND version = ?",
                        false,
                        due,
                        TASK,
                        operationId,
                        version);
    }

    /** One more execution in a row that ended in trouble. */
    public void countFailure(Connection connection, String operationId, long version) throws SQLException {
        Sql.update(
                connection,
                "UPDATE scheduled_tasks SET consecutive_failures = COALESCE(consecutive_failures, 0) + 1"
                        + " WHERE task_name = ? AND task_instance = ? AND version = ?",
                TASK,
                operationId,
                version);
    }

    public void resetFailures(Connection connection, String operationId, long version) throws SQLException {
        Sql.update(
                connection,
                "UPDATE scheduled_tasks SET consecutive_failures = 0"
                        + " WHERE task_name = ? AND task_instance = ? AND version = ?",
                TASK,
                operationId,
                version);
    }

    /** Brings a waiting execution forward; nothing happens to one that is being executed. */
    public void wake(Connection connection, String operationId, Instant now) throws SQLException {
        Sql.update(
                connection,
                "UPDATE scheduled_tasks SET execution_time = ?, version = version + 1"
                        + " WHERE task_name = ? AND task_instance = ? AND picked = ?",
                now.minus(CLOCK_TOLERANCE),
                TASK,
                operationId,
                false);
    }

    /** Takes back what an earlier life of this node had picked and cannot finish any more. */
    public int releaseNode(Connection connection, String node, Instant now) throws SQLException {
        return Sql.update(
                connection,
                "UPDATE scheduled_tasks SET " + FREE + ", execution_time = ? WHERE picked = ? AND picked_by = ?",
                false,
                now.minus(CLOCK_TOLERANCE),
                true,
                node);
    }
}
