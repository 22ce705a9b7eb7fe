package org.platformforge.kernel.jobs.record;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.kernel.api.store.Sql;

/** {@code jobs_log}: what operations said, numbered from 1 in each. */
public final class LogTable {
    static final int TEXT_LIMIT = 4000;

    /** @param lease 0 for lines that no executor wrote */
    public record Entry(String tenantId, String operationId, long lease, Instant at, String step, String text) {
        public Entry {
            text = text == null ? "" : Sql.fit(text, TEXT_LIMIT);
        }
    }

    /** Whether an executor's lease still holds; lines of one who lost it are not taken. */
    public boolean current(Connection connection, String operationId, long lease) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT lease FROM jobs_operation WHERE id = ?",
                        row -> row.getLong(1) == lease,
                        operationId)
                .orElse(false);
    }

    public long last(Connection connection, String tenantId, String operationId) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT MAX(sequence) FROM jobs_log WHERE tenant_id = ? AND operation_id = ?",
                        row -> row.getLong(1),
                        tenantId,
                        operationId)
                .orElse(0L);
    }

    /** @param first sequence number of the first line */
    public void insert(Connection connection, List<Entry> lines, long first) throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        for (Entry line : lines) {
            rows.add(new Object[] {
                line.tenantId(), line.operationId(), first + rows.size(), line.at(), line.step(), line.text()
            });
        }
        Sql.batch(
                connection,
                "INSERT INTO jobs_log (tenant_id, operation_id, sequence, logged_at, step, text)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                rows);
    }

    public List<LogLine> after(Connection connection, String tenantId, String operationId, long sequence, int limit)
            throws SQLException {
        return Sql.list(
                connection,
                "SELECT sequence, logged_at, step, text FROM jobs_log WHERE tenant_id = ? AND operation_id = ?"
                        + " AND sequence > ? ORDER BY sequence FETCH FIRST " + limit + " ROWS ONLY",
                row -> new LogLine(
                        row.getLong("sequence"),
                        Sql.instant(row, "logged_at"),
                        row.getString("step"),
                        row.getString("text")),
                tenantId,
                operationId,
                sequence);
    }

    public void delete(Connection connection, String operationId) throws SQLException {
        Sql.update(connection, "DELETE FROM jobs_log WHERE operation_id = ?", operationId);
    }
}
