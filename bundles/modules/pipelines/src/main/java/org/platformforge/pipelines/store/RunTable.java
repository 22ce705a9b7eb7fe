package org.platformforge.pipelines.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.domain.Run;
import org.platformforge.pipelines.domain.Run.Cause;

/** Runs. Thread-safe. */
@Component(service = RunTable.class)
public class RunTable {
    private static final String COLUMNS =
            "tenant_id, id, pipeline_id, number, status, cause, commit_id, source, artifact,"
                    + " waits_for, operations, cancelled_by, error, created_by, created_at, started_at, finished_at";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM pip_run WHERE ";

    private final Json json = new Json();

    public Optional<Run> find(Transaction tx, String tenantId, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + "tenant_id = ? AND id = ?", this::row, tenantId, id);
    }

    /** Newest first. A cursor is the number of the last run of the page before. */
    public Page<Run> page(Transaction tx, String pipelineId, PageRequest request) throws SQLException {
        String where = "tenant_id = ? AND pipeline_id = ?";
        List<Object> values = new ArrayList<>(List.of(tx.tenantId(), pipelineId));
        if (request.cursor() != null) {
            where += " AND number < ?";
            values.add(Integer.valueOf(request.cursor()));
        }
        int offset = request.cursor() == null ? request.offset() : 0;
        List<Run> found = Sql.list(
                tx.connection(),
                SELECT + where + " ORDER BY number DESC OFFSET " + offset + " ROWS FETCH FIRST " + (request.limit() + 1)
                        + " ROWS ONLY",
                this::row,
                values.toArray());
        List<Run> items = found.subList(0, Math.min(request.limit(), found.size()));
        long total = Sql.number(
                tx.connection(),
                "SELECT COUNT(*) FROM pip_run WHERE tenant_id = ? AND pipeline_id = ?",
                tx.tenantId(),
                pipelineId);
        return new Page<>(
                items,
                total,
                items.size() < found.size()
                        ? Optional.of(
                                Integer.toString(items.get(items.size() - 1).number()))
                        : Optional.empty());
    }

    public Optional<Run> last(Transaction tx, String pipelineId) throws SQLException {
        return Sql.first(
                tx.connection(),
                SELECT + "tenant_id = ? AND pipeline_id = ? ORDER BY number DESC FETCH FIRST 1 ROWS ONLY",
                this::row,
                tx.tenantId(),
                pipelineId);
    }

    /** Of one pipeline, those that have not ended, oldest first. */
    public List<Run> open(Transaction tx, String tenantId, String pipelineId) throws SQLException {
        return Sql.list(
                tx.connection(),
                SELECT + "tenant_id = ? AND pipeline_id = ? AND status IN ('QUEUED', 'RUNNING', 'WAITING_APPROVAL')"
                        + " ORDER BY number",
                this::row,
                tenantId,
                pipelineId);
    }

    /** Of all tenants, those that wait for the end of a release. */
    public List<Run> waiting(Transaction tx, int most) throws SQLException {
        return Sql.list(
                tx.connection(),
                SELECT + "waits_for IS NOT NULL ORDER BY created_at FETCH FIRST " + most + " ROWS ONLY",
                this::row);
    }

    public Optional<Run> waitingFor(Transaction tx, String tenantId, String releaseId) throws SQLException {
        return Sql.first(tx.connection(), SELECT + "tenant_id = ? AND waits_for = ?", this::row, tenantId, releaseId);
    }

    public void insert(Transaction tx, Run run) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO pip_run (status, commit_id, source, artifact, waits_for, operations, cancelled_by, error,"
                        + " started_at, finished_at, tenant_id, id, pipeline_id, number, cause, created_by, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                with(
                        changing(run),
                        run.tenantId(),
                        run.id(),
                        run.pipelineId(),
                        run.number(),
                        json.write(run.cause().toMap()),
                        run.createdBy(),
                        run.createdAt()));
    }

    public void update(Transaction tx, Run run) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE pip_run SET status = ?, commit_id = ?, source = ?, artifact = ?, waits_for = ?, operations = ?,"
                        + " cancelled_by = ?, error = ?, started_at = ?, finished_at = ? WHERE tenant_id = ? AND id = ?",
                with(changing(run), run.tenantId(), run.id()));
    }

    private Object[] changing(Run run) {
        return new Object[] {
            run.status(),
            run.commit(),
            run.source(),
            run.artifact(),
            run.waitsFor(),
            json.write(run.operations()),
            run.cancelledBy(),
            failure(json, run.error()),
            run.startedAt(),
            run.finishedAt()
        };
    }

    private static Object[] with(Object[] first, Object... more) {
        Object[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    /** @return null for null */
    static String failure(Json json, Operation.Failure error) {
        if (error == null) {
            return null;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("code", error.code());
        map.put("message", error.message());
        List<Object> fields = new ArrayList<>();
        error.fields().forEach(field -> fields.add(List.of(field.field(), field.message())));
        map.put("fields", fields);
        return json.write(map);
    }

    static Operation.Failure failure(Json json, String text) {
        if (text == null) {
            return null;
        }
        Map<String, Object> map = json.readMap(text);
        List<FieldError> fields = new ArrayList<>();
        for (Object field : (List<?>) map.get("fields")) {
            List<?> pair = (List<?>) field;
            fields.add(new FieldError((String) pair.get(0), (String) pair.get(1)));
        }
        return new Operation.Failure((String) map.get("code"), (String) map.get("message"), fields);
    }

    private Run row(ResultSet row) throws SQLException {
        return new Run(
                row.getString("tenant_id"),
                row.getString("id"),
                row.getString("pipeline_id"),
                row.getInt("number"),
                Run.Status.valueOf(row.getString("status")),
                Cause.of(json.readMap(row.getString("cause"))),
                row.getString("commit_id"),
                row.getString("source"),
                row.getString("artifact"),
                row.getString("waits_for"),
                json.readList(row.getString("operations")),
                row.getString("cancelled_by"),
                failure(json, row.getString("error")),
                row.getString("created_by"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "started_at"),
                Sql.instant(row, "finished_at"));
    }
}
