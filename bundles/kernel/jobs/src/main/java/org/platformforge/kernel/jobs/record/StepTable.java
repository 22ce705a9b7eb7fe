package org.platformforge.kernel.jobs.record;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.StepStatus;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.jobs.record.OperationState.StepState;

/** {@code jobs_step}. Written only in transactions that hold the operation's row by its lease. */
public final class StepTable {
    private static final int MESSAGE_LIMIT = 2000;
    private static final String WHERE = " WHERE tenant_id = ? AND operation_id = ? AND ordinal = ?";

    private final Json json;

    public StepTable(Json json) {
        this.json = json;
    }

    void insert(Connection connection, Operation operation) throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        for (Operation.Step step : operation.steps()) {
            rows.add(new Object[] {
                operation.tenantId(),
                operation.id(),
                rows.size(),
                step.name(),
                step.title(),
                StepStatus.PENDING,
                0,
                0,
                false
            });
        }
        Sql.batch(
                connection,
                "INSERT INTO jobs_step (tenant_id, operation_id, ordinal, name, title, status, attempts, failures,"
                        + " begun) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    List<OperationState> attach(Connection connection, List<OperationState> operations) throws SQLException {
        if (operations.isEmpty()) {
            return operations;
        }
        List<Object> values = new ArrayList<>();
        values.add(operations.get(0).tenantId());
        operations.forEach(operation -> values.add(operation.id()));
        String places = String.join(", ", Collections.nCopies(operations.size(), "?"));
        Map<String, List<StepState>> found = new HashMap<>();
        Sql.list(
                connection,
                "SELECT operation_id, ordinal, name, title, status, attempts, failures, begun, checkpoint_json,"
                        + " message, started_at, finished_at FROM jobs_step WHERE tenant_id = ? AND operation_id IN ("
                        + places + ") ORDER BY operation_id, ordinal",
                row -> found.computeIfAbsent(row.getString("operation_id"), id -> new ArrayList<>())
                        .add(read(row)),
                values.toArray());
        return operations.stream()
                .map(operation -> withSteps(operation, found.getOrDefault(operation.id(), List.of())))
                .toList();
    }

    /** The step is about to run: from here on it has to be undone. */
    public void begin(Connection connection, Lease lease, StepState step, Instant now) throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ?, begun = ?, attempts = attempts + 1, message = NULL,"
                        + " started_at = ?, finished_at = NULL" + WHERE,
                StepStatus.RUNNING,
                true,
                now,
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    public void complete(Connection connection, Lease lease, StepState step, Map<String, ?> checkpoint, Instant now)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ?, failures = 0, checkpoint_json = ?, message = NULL, finished_at = ?"
                        + WHERE,
                StepStatus.COMPLETED,
                json.write(checkpoint),
                now,
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    public void checkpoint(Connection connection, Lease lease, StepState step, Map<String, ?> values)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET checkpoint_json = ?" + WHERE,
                json.write(values),
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    /** Back to pending: it is begun again, now or later. */
    public void repeat(Connection connection, Lease lease, StepState step, int failures, String message)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ?, failures = ?, message = ?" + WHERE,
                StepStatus.PENDING,
                failures,
                cut(message),
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    public void fail(Connection connection, Lease lease, StepState step, String message, Instant now)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ?, failures = 0, message = ?, finished_at = ?" + WHERE,
                StepStatus.FAILED,
                cut(message),
                now,
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    /** A transient failure while undoing; the status stays. */
    public void countFailure(Connection connection, Lease lease, StepState step) throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET failures = failures + 1" + WHERE,
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    /** Nothing of it is left. A failed step goes on showing that it was the one that failed. */
    public void undone(Connection connection, Lease lease, StepState step, Instant now) throws SQLException {
        boolean failed = step.step().status() == StepStatus.FAILED;
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ?, begun = ?, failures = 0, checkpoint_json = NULL, finished_at = ?"
                        + WHERE,
                failed ? StepStatus.FAILED : StepStatus.COMPENSATED,
                false,
                now,
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    /** The checkpoint stays: it is the only trace of what is left. */
    public void notUndone(Connection connection, Lease lease, StepState step, String message, Instant now)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ?, begun = ?, failures = 0, message = ?, finished_at = ?" + WHERE,
                StepStatus.COMPENSATION_FAILED,
                false,
                cut(message),
                now,
                lease.tenantId(),
                lease.operationId(),
                step.ordinal());
    }

    /** Those that were never begun will not be. */
    public void skipRest(Connection connection, Lease lease) throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ? WHERE tenant_id = ? AND operation_id = ? AND begun = ? AND status = ?",
                StepStatus.SKIPPED,
                lease.tenantId(),
                lease.operationId(),
                false,
                StepStatus.PENDING);
    }

    /** All that is not completed becomes pending; what could not be undone still counts as begun. */
    public void reopen(Connection connection, String tenantId, String operationId) throws SQLException {
        Sql.update(
                connection,
                "UPDATE jobs_step SET begun = ? WHERE tenant_id = ? AND operation_id = ? AND status = ?",
                true,
                tenantId,
                operationId,
                StepStatus.COMPENSATION_FAILED);
        Sql.update(
                connection,
                "UPDATE jobs_step SET status = ?, failures = 0, message = NULL, started_at = NULL, finished_at = NULL"
                        + " WHERE tenant_id = ? AND operation_id = ? AND status <> ?",
                StepStatus.PENDING,
                tenantId,
                operationId,
                StepStatus.COMPLETED);
    }

    public void delete(Connection connection, String operationId) throws SQLException {
        Sql.update(connection, "DELETE FROM jobs_step WHERE operation_id = ?", operationId);
    }

    private static String cut(String message) {
        return message == null ? null : Sql.fit(message, MESSAGE_LIMIT);
    }

    private StepState read(ResultSet row) throws SQLException {
        Operation.Step step = new Operation.Step(
                row.getString("name"),
                row.getString("title"),
                StepStatus.valueOf(row.getString("status")),
                row.getInt("attempts"),
                json.read(row.getString("checkpoint_json")),
                row.getString("message"),
                Sql.instant(row, "started_at"),
                Sql.instant(row, "finished_at"));
        return new StepState(row.getInt("ordinal"), step, row.getInt("failures"), row.getBoolean("begun"));
    }

    private static OperationState withSteps(OperationState state, List<StepState> steps) {
        Operation bare = state.operation();
        Operation whole = new Operation(
                bare.id(),
                bare.tenantId(),
                bare.kind(),
                bare.target(),
                bare.createdBy(),
                bare.status(),
                bare.input(),
                bare.output(),
                bare.error(),
                steps.stream().map(StepState::step).toList(),
                bare.createdAt(),
                bare.startedAt(),
                bare.finishedAt());
        return new OperationState(whole, state.cancelRequested(), state.outcome(), state.lease(), List.copyOf(steps));
    }
}
