package org.platformforge.pipelines.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.definition.StageSpec;
import org.platformforge.pipelines.domain.Stage;
import org.platformforge.pipelines.domain.Stage.Decision;
import org.platformforge.pipelines.report.TestReport;

/** Stages of runs. Thread-safe. */
@Component(service = StageTable.class)
public class StageTable {
    private static final String COLUMNS =
            "run_id, position, name, kind, environment, status, spec, resource_id, attempts,"
                    + " decision, release_id, artifact, artifact_size, report, error, started_at, finished_at";

    private final Json json = new Json();

    /** In their order. */
    public List<Stage> of(Transaction tx, String tenantId, String runId) throws SQLException {
        return Sql.list(
                tx.connection(),
                "SELECT " + COLUMNS + " FROM pip_stage WHERE tenant_id = ? AND run_id = ? ORDER BY position",
                this::row,
                tenantId,
                runId);
    }

    public void insert(Transaction tx, String tenantId, Stage stage) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO pip_stage (tenant_id, " + COLUMNS
                        + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                tenantId,
                stage.runId(),
                stage.position(),
                stage.name(),
                stage.kind(),
                stage.environment(),
                stage.status(),
                json.write(stage.spec().toMap()),
                stage.resourceId(),
                stage.attempts(),
                map(stage.decision() == null ? null : stage.decision().toMap()),
                stage.releaseId(),
                stage.artifact(),
                stage.artifactSize(),
                map(stage.report() == null ? null : stage.report().toMap()),
                RunTable.failure(json, stage.error()),
                stage.startedAt(),
                stage.finishedAt());
    }

    public void update(Transaction tx, String tenantId, Stage stage) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE pip_stage SET status = ?, attempts = ?, decision = ?, release_id = ?, artifact = ?,"
                        + " artifact_size = ?, report = ?, error = ?, started_at = ?, finished_at = ?"
                        + " WHERE tenant_id = ? AND run_id = ? AND position = ?",
                stage.status(),
                stage.attempts(),
                map(stage.decision() == null ? null : stage.decision().toMap()),
                stage.releaseId(),
                stage.artifact(),
                stage.artifactSize(),
                map(stage.report() == null ? null : stage.report().toMap()),
                RunTable.failure(json, stage.error()),
                stage.startedAt(),
                stage.finishedAt(),
                tenantId,
                stage.runId(),
                stage.position());
    }

    /** All but the checkout, which tells what they are. */
    public void deleteDefined(Transaction tx, String tenantId, String runId) throws SQLException {
        Sql.update(
                tx.connection(),
                "DELETE FROM pip_stage WHERE tenant_id = ? AND run_id = ? AND position > 0",
                tenantId,
                runId);
    }

    private String map(Map<String, Object> values) {
        return values == null ? null : json.write(values);
    }

    private Stage row(ResultSet row) throws SQLException {
        String decision = row.getString("decision");
        String report = row.getString("report");
        long size = row.getLong("artifact_size");
        Long artifactSize = row.wasNull() ? null : size;
        return new Stage(
                row.getString("run_id"),
                row.getInt("position"),
                row.getString("name"),
                StageSpec.Kind.valueOf(row.getString("kind")),
                row.getString("environment"),
                Stage.Status.valueOf(row.getString("status")),
                StageSpec.of(json.readMap(row.getString("spec"))),
                row.getString("resource_id"),
                row.getInt("attempts"),
                decision == null ? null : Decision.of(json.readMap(decision)),
                row.getString("release_id"),
                row.getString("artifact"),
                artifactSize,
                report == null ? null : TestReport.of(json.readMap(report)),
                RunTable.failure(json, row.getString("error")),
                Sql.instant(row, "started_at"),
                Sql.instant(row, "finished_at"));
    }
}
