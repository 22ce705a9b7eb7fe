package org.platformforge.kernel.jobs.record;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.store.Sql;

/** {@code jobs_operation}. Every write of an executor names its lease, so that one who lost it changes nothing. */
public final class OperationTable {
    private static final String COLUMNS = "tenant_id, id, kind, target, created_by, status, outcome, cancel_requested,"
            + " lease, input_json, output_json, error_json, created_at, started_at, finished_at";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM jobs_operation ";

    private final Json json;
    private final StepTable steps;

    public OperationTable(Json json, StepTable steps) {
        this.json = json;
        this.steps = steps;
    }

    public void insert(Connection connection, Operation operation) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO jobs_operation (tenant_id, id, kind, target, created_by, status, cancel_requested, lease,"
                        + " input_json, created_at, touched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                operation.tenantId(),
                operation.id(),
                operation.kind(),
                operation.target(),
                operation.createdBy(),
                operation.status(),
                false,
                0L,
                json.write(operation.input()),
                operation.createdAt(),
                operation.createdAt());
        steps.insert(connection, operation);
    }

    /** Whatever its tenant: for executors. */
    public Optional<OperationState> find(Connection connection, String id) throws SQLException {
        return withSteps(connection, Sql.first(connection, SELECT + "WHERE id = ?", this::read, id));
    }

    public Optional<OperationState> find(Connection connection, String tenantId, String id) throws SQLException {
        return withSteps(
                connection, Sql.first(connection, SELECT + "WHERE tenant_id = ? AND id = ?", this::read, tenantId, id));
    }

    public Optional<OperationState> findByTarget(Connection connection, String tenantId, String kind, String target)
            throws SQLException {
        return withSteps(
                connection,
                Sql.first(
                        connection,
                        SELECT + "WHERE tenant_id = ? AND kind = ? AND target = ?"
                                + " ORDER BY created_at DESC, id DESC FETCH FIRST 1 ROWS ONLY",
                        this::read,
                        tenantId,
                        kind,
                        target));
    }

    public Optional<Status> status(Connection connection, String tenantId, String id) throws SQLException {
        return Sql.first(
                connection,
                // Derby would answer from the index over the status, and miss a row whose entry moves at this moment
                "SELECT status FROM jobs_operation --DERBY-PROPERTIES index=jobs_operation_id\n"
                        + " WHERE tenant_id = ? AND id = ?",
                row -> Status.valueOf(row.getString(1)),
                tenantId,
                id);
    }

    /** Newest first. The cursor's row and what is newer is left out. */
    public List<OperationState> list(
            Connection connection, OperationFilter filter, OperationCursor after, int offset, int limit)
            throws SQLException {
        StringBuilder sql = new StringBuilder(SELECT);
        List<Object> values = new ArrayList<>();
        filter.append(sql, values);
        if (after != null) {
            sql.append(" AND (created_at < ? OR (created_at = ? AND id < ?))");
            values.addAll(List.of(after.createdAt(), after.createdAt(), after.id()));
        }
        sql.append(" ORDER BY created_at DESC, id DESC OFFSET ? ROWS FETCH NEXT ? ROWS ONLY");
        values.add(offset);
        values.add(limit);
        List<OperationState> found = Sql.list(connection, sql.toString(), this::read, values.toArray());
        return steps.attach(connection, found);
    }

    public long count(Connection connection, OperationFilter filter) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT COUNT(*) FROM jobs_operation ");
        List<Object> values = new ArrayList<>();
        filter.append(sql, values);
        return Sql.first(connection, sql.toString(), row -> row.getLong(1), values.toArray())
                .orElse(0L);
    }

    /** Takes the operation over: every earlier lease is void from the commit on. */
    public void takeOver(Connection connection, String id, String node, Instant now) throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_operation SET lease = lease + 1, node = ?, touched_at = ? WHERE id = ?",
                node,
                now,
                id);
    }

    /** Locks the row for the rest of the transaction, if the lease still holds. */
    public boolean lock(Connection connection, Lease lease, Instant now) throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "UPDATE jobs_operation SET touched_at = ? WHERE id = ? AND lease = ?",
                        now,
                        lease.operationId(),
                        lease.number());
    }

    /** Locks the row whoever holds the lease. */
    public boolean lock(Connection connection, String tenantId, String id, Instant now) throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "UPDATE jobs_operation SET touched_at = ? WHERE tenant_id = ? AND id = ?",
                        now,
                        tenantId,
                        id);
    }

    public boolean start(Connection connection, Lease lease, Instant now) throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "UPDATE jobs_operation SET status = ?, started_at = ?, touched_at = ?"
                                + " WHERE id = ? AND lease = ? AND status = ?",
                        Status.RUNNING,
                        now,
                        now,
                        lease.operationId(),
                        lease.number(),
                        Status.PENDING);
    }

    public boolean compensate(Connection connection, Lease lease, Status outcome, Operation.Failure failure)
            throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "UPDATE jobs_operation SET status = ?, outcome = ?, error_json = ?"
                                + " WHERE id = ? AND lease = ? AND status = ?",
                        Status.COMPENSATING,
                        outcome,
                        json.writeFailure(failure),
                        lease.operationId(),
                        lease.number(),
                        Status.RUNNING);
    }

    /** Completes it unless somebody asked to cancel. */
    public boolean complete(Connection connection, Lease lease, Map<String, ?> output, Instant now)
            throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "UPDATE jobs_operation SET status = ?, output_json = ?, finished_at = ?, touched_at = ?"
                                + " WHERE id = ? AND lease = ? AND status = ? AND cancel_requested = ?",
                        Status.COMPLETED,
                        json.write(output),
                        now,
                        now,
                        lease.operationId(),
                        lease.number(),
                        Status.RUNNING,
                        false);
    }

    public boolean end(Connection connection, Lease lease, Status end, Operation.Failure failure, Instant now)
            throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "UPDATE jobs_operation SET status = ?, outcome = NULL, error_json = ?, finished_at = ?, touched_at = ?"
                                + " WHERE id = ? AND lease = ? AND status = ?",
                        end,
                        json.writeFailure(failure),
                        now,
                        now,
                        lease.operationId(),
                        lease.number(),
                        Status.COMPENSATING);
    }

    public void requestCancel(Connection connection, String tenantId, String id) throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_operation SET cancel_requested = ? WHERE tenant_id = ? AND id = ?",
                true,
                tenantId,
                id);
    }

    public boolean cancelRequested(Connection connection, String id) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT cancel_requested FROM jobs_operation WHERE id = ?",
                        row -> row.getBoolean(1),
                        id)
                .orElse(false);
    }

    /** From failed back to pending, by compare-and-set. */
    public boolean reopen(Connection connection, String tenantId, String id, Instant now) throws SQLException {
        return 1
                == Sql.update(
                        connection,
                        "UPDATE jobs_operation SET status = ?, outcome = NULL, cancel_requested = ?, error_json = NULL,"
                                + " output_json = NULL, started_at = NULL, finished_at = NULL, touched_at = ?"
                                + " WHERE tenant_id = ? AND id = ? AND status = ?",
                        Status.PENDING,
                        false,
                        now,
                        tenantId,
                        id,
                        Status.FAILED);
    }

    /**
     * Completed operations of a kind that are wanted, newest first: their input and how long they ran.
     *
     * @param depth looked at, at most
     * @param most found, at most; then no more are looked at
     */
    public List<Ran> completed(
            Connection connection, String tenantId, String kind, Predicate<Ran> wanted, int depth, int most)
            throws SQLException {
        List<Ran> found = new ArrayList<>();
        Sql.scan(
                connection,
                "SELECT input_json, started_at, finished_at FROM jobs_operation WHERE tenant_id = ? AND kind = ?"
                        + " AND status = ? ORDER BY finished_at DESC, id DESC FETCH FIRST " + depth + " ROWS ONLY",
                row -> {
                    Ran ran = new Ran(
                            json.read(row.getString(1)),
                            Sql.instant(row, "started_at"),
                            Sql.instant(row, "finished_at"));
                    if (wanted.test(ran)) {
                        found.add(ran);
                    }
                    return found.size() < most;
                },
                tenantId,
                kind,
                Status.COMPLETED);
        return found;
    }

    /** Ends of long ago. */
    public List<String> finishedBefore(Connection connection, Instant limit, int rows) throws SQLException {
        return Sql.list(
                connection,
                "SELECT id FROM jobs_operation WHERE finished_at < ? FETCH FIRST " + rows + " ROWS ONLY",
                row -> row.getString(1),
                limit);
    }

    /** @return whether it was still finished that long ago, and is gone now */
    public boolean delete(Connection connection, String id, Instant limit) throws SQLException {
        return 1 == Sql.update(connection, "DELETE FROM jobs_operation WHERE id = ? AND finished_at < ?", id, limit);
    }

    private Optional<OperationState> withSteps(Connection connection, Optional<OperationState> found)
            throws SQLException {
        return found.isEmpty()
                ? found
                : steps.attach(connection, List.of(found.get())).stream().findFirst();
    }

    private OperationState read(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        Operation operation = new Operation(
                row.getString("id"),
                row.getString("tenant_id"),
                row.getString("kind"),
                row.getString("target"),
                row.getString("created_by"),
                Status.valueOf(row.getString("status")),
                json.read(row.getString("input_json")),
                json.read(row.getString("output_json")),
                json.readFailure(row.getString("error_json")),
                List.of(),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "started_at"),
                Sql.instant(row, "finished_at"));
        return new OperationState(
                operation,
                row.getBoolean("cancel_requested"),
                outcome == null ? null : Status.valueOf(outcome),
                row.getLong("lease"),
                List.of());
    }

    public record Ran(Map<String, Object> input, Instant startedAt, Instant finishedAt) {}
}
