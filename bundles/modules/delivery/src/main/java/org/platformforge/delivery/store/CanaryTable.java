package org.platformforge.delivery.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.CanaryStage.Verdict;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** Stages of canaries. The tenant is a parameter, as in {@link TargetTable}. Thread-safe. */
@Component(service = CanaryTable.class)
public class CanaryTable {
    private static final int LONGEST_REASON = 1000;
    private static final String KEY = " WHERE tenant_id = ? AND release_id = ?";

    /** Begins a stage, also one that was begun before; stages behind it are forgotten. */
    public void begin(Transaction tx, String tenantId, String releaseId, CanaryRow row) throws SQLException {
        CanaryStage stage = row.stage();
        Sql.update(
                tx.connection(),
                "DELETE FROM dlv_canary" + KEY + " AND number >= ?",
                tenantId,
                releaseId,
                stage.number());
        Sql.update(
                tx.connection(),
                "INSERT INTO dlv_canary (tenant_id, release_id, number, weight, started_at, measured_at,"
                        + " canary_start_requests, canary_start_errors, stable_start_requests, stable_start_errors, canary_requests, canary_errors, stable_requests,"
                        + " stable_errors, verdict, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?)",
                tenantId,
                releaseId,
                stage.number(),
                stage.weight(),
                stage.startedAt(),
                stage.startedAt(),
                row.canaryStart().requests(),
                row.canaryStart().errors(),
                row.stableStart().requests(),
                row.stableStart().errors(),
                Verdict.WATCHED,
                "");
    }

    public void measured(Transaction tx, String tenantId, String releaseId, CanaryStage stage) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE dlv_canary SET measured_at = ?, canary_requests = ?, canary_errors = ?, stable_requests = ?,"
                        + " stable_errors = ?, verdict = ?, reason = ?" + KEY + " AND number = ?",
                stage.measuredAt(),
                stage.canary().requests(),
                stage.canary().errors(),
                stage.stable().requests(),
                stage.stable().errors(),
                stage.verdict(),
                Sql.fit(stage.reason(), LONGEST_REASON),
                tenantId,
                releaseId,
                stage.number());
    }

    /** In order. */
    public List<CanaryRow> of(Transaction tx, String tenantId, String releaseId) throws SQLException {
        return Sql.list(
                tx.connection(),
                "SELECT * FROM dlv_canary" + KEY + " ORDER BY number",
                CanaryTable::row,
                tenantId,
                releaseId);
    }

    private static CanaryRow row(ResultSet row) throws SQLException {
        return new CanaryRow(
                new CanaryStage(
                        row.getInt("number"),
                        row.getInt("weight"),
                        Sql.instant(row, "started_at"),
                        Sql.instant(row, "measured_at"),
                        count(row, "canary"),
                        count(row, "stable"),
                        Verdict.valueOf(row.getString("verdict")),
                        row.getString("reason")),
                count(row, "canary_start"),
                count(row, "stable_start"));
    }

    private static Count count(ResultSet row, String of) throws SQLException {
        return new Count(row.getLong(of + "_requests"), row.getLong(of + "_errors"));
    }
}
