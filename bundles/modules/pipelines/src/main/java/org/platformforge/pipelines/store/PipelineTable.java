package org.platformforge.pipelines.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.domain.Pipeline;
import org.platformforge.pipelines.domain.Pipeline.Settings;

/** Pipelines, and the webhooks that were taken for them. Thread-safe. */
@Component(service = PipelineTable.class)
public class PipelineTable {
    private static final String COLUMNS = "tenant_id, id, service, repository, environments, settings, sealed,"
            + " hook_secret, last_number, active_run, next_run_at, created_by, created_at, updated_at";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM pip_pipeline WHERE ";
    private static final String KEY = " WHERE tenant_id = ? AND id = ?";

    private final Json json = new Json();

    public Optional<Pipeline> find(Transaction tx, String tenantId, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + "tenant_id = ? AND id = ?", this::row, tenantId, id);
    }

    /** Whosever it is: for what proves by its signature that it may be told. */
    public Optional<Pipeline> ofAnybody(Transaction tx, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + "id = ?", this::row, id);
    }

    /** By id. @param service null for all */
    public List<Pipeline> all(Transaction tx, String service) throws SQLException {
        return service == null
                ? Sql.list(tx.connection(), SELECT + "tenant_id = ? ORDER BY id", this::row, tx.tenantId())
                : Sql.list(
                        tx.connection(),
                        SELECT + "tenant_id = ? AND service = ? ORDER BY id",
                        this::row,
                        tx.tenantId(),
                        service);
    }

    /** Of all tenants. */
    public List<Pipeline> due(Transaction tx, Instant now, int most) throws SQLException {
        return Sql.list(
                tx.connection(),
                SELECT + "next_run_at <= ? ORDER BY next_run_at FETCH FIRST " + most + " ROWS ONLY",
                this::row,
                now);
    }

    public void insert(Transaction tx, Pipeline pipeline) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO pip_pipeline (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                pipeline.tenantId(),
                pipeline.id(),
                pipeline.service(),
                pipeline.repository(),
                json.write(pipeline.environments()),
                json.write(pipeline.settings().toMap()),
                pipeline.sealed(),
                pipeline.hookSecret(),
                pipeline.lastNumber(),
                pipeline.activeRun(),
                pipeline.nextRunAt(),
                pipeline.createdBy(),
                pipeline.createdAt(),
                pipeline.updatedAt());
    }

    /** What people may change. @return false when it is gone */
    public boolean update(Transaction tx, Pipeline pipeline) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE pip_pipeline SET service = ?, repository = ?, environments = ?, settings = ?, sealed = ?,"
                                + " hook_secret = ?, next_run_at = ?, updated_at = ?" + KEY,
                        pipeline.service(),
                        pipeline.repository(),
                        json.write(pipeline.environments()),
                        json.write(pipeline.settings().toMap()),
                        pipeline.sealed(),
                        pipeline.hookSecret(),
                        pipeline.nextRunAt(),
                        pipeline.updatedAt(),
                        pipeline.tenantId(),
                        pipeline.id())
                == 1;
    }

    /**
     * Whoever begins or ends a run of the pipeline does it alone until the end of the transaction.
     *
     * @return the pipeline as it is then; empty when it is gone
     */
    public Optional<Pipeline> lock(Transaction tx, String tenantId, String id) throws SQLException {
        int found =
                Sql.update(tx.connection(), "UPDATE pip_pipeline SET last_number = last_number" + KEY, tenantId, id);
        return found == 0 ? Optional.empty() : find(tx, tenantId, id);
    }

    public void number(Transaction tx, Pipeline pipeline, int last) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE pip_pipeline SET last_number = ?" + KEY,
                last,
                pipeline.tenantId(),
                pipeline.id());
    }

    /** @param run null for none */
    public void active(Transaction tx, String tenantId, String id, String run) throws SQLException {
        Sql.update(tx.connection(), "UPDATE pip_pipeline SET active_run = ?" + KEY, run, tenantId, id);
    }

    /** @return false when another node was quicker */
    public boolean reschedule(Transaction tx, Pipeline pipeline, Instant next) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE pip_pipeline SET next_run_at = ?" + KEY + " AND next_run_at = ?",
                        next,
                        pipeline.tenantId(),
                        pipeline.id(),
                        pipeline.nextRunAt())
                == 1;
    }

    public void delete(Transaction tx, String tenantId, String id) throws SQLException {
        Sql.update(tx.connection(), "DELETE FROM pip_hook WHERE tenant_id = ? AND pipeline_id = ?", tenantId, id);
        Sql.update(
                tx.connection(),
                "DELETE FROM pip_stage WHERE tenant_id = ? AND run_id IN"
                        + " (SELECT id FROM pip_run WHERE tenant_id = ? AND pipeline_id = ?)",
                tenantId,
                tenantId,
                id);
        Sql.update(tx.connection(), "DELETE FROM pip_run WHERE tenant_id = ? AND pipeline_id = ?", tenantId, id);
        Sql.update(tx.connection(), "DELETE FROM pip_pipeline" + KEY, tenantId, id);
    }

    /** A webhook that was taken before. @param runId null when it started none */
    public record Taken(String runId) {}

    public Optional<Taken> hook(Transaction tx, String pipelineId, String fingerprint) throws SQLException {
        return Sql.first(
                tx.connection(),
                "SELECT run_id FROM pip_hook WHERE tenant_id = ? AND pipeline_id = ? AND fingerprint = ?",
                row -> new Taken(row.getString("run_id")),
                tx.tenantId(),
                pipelineId,
                fingerprint);
    }

    public void take(Transaction tx, String pipelineId, String fingerprint, String runId) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO pip_hook (tenant_id, pipeline_id, fingerprint, run_id, received_at) VALUES (?, ?, ?, ?, ?)",
                tx.tenantId(),
                pipelineId,
                fingerprint,
                runId,
                tx.now());
    }

    private Pipeline row(ResultSet row) throws SQLException {
        return new Pipeline(
                row.getString("tenant_id"),
                row.getString("id"),
                row.getString("service"),
                row.getString("repository"),
                json.readList(row.getString("environments")),
                Settings.of(json.readMap(row.getString("settings"))),
                row.getString("sealed"),
                row.getString("hook_secret"),
                row.getInt("last_number"),
                row.getString("active_run"),
                Sql.instant(row, "next_run_at"),
                row.getString("created_by"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }
}
