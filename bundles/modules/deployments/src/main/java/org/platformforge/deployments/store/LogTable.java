package org.platformforge.deployments.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.LogEntry;
import org.platformforge.deployments.domain.LogEntry.Stage;
import org.platformforge.kernel.api.delivery.LogTail.Position;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** Logs of deployments, and how far their sources were read. Thread-safe. */
@Component(service = LogTable.class)
public class LogTable {
    private static final int LONGEST = 4000;
    private static final String KEY = " WHERE tenant_id = ? AND deployment_id = ?";

    private final Json json = new Json();

    public Optional<Position> position(Transaction tx, Deployment of, String source) throws SQLException {
        return Sql.first(
                tx.connection(),
                "SELECT read_to, known FROM dep_log_source" + KEY + " AND source = ?",
                row -> new Position(row.getLong("read_to"), json.readList(row.getString("known"))),
                of.tenantId(),
                of.id(),
                source);
    }

    /** @return false when somebody else has read on since */
    public boolean advance(Transaction tx, Deployment of, String source, Optional<Position> before, Position after)
            throws SQLException {
        String known = json.write(after.known());
        if (before.isEmpty()) {
            boolean postgresql =
                    tx.connection().getMetaData().getDatabaseProductName().startsWith("Postgre");
            return Sql.insertIfAbsent(
                    tx.connection(),
                    postgresql,
                    "INSERT INTO dep_log_source (tenant_id, deployment_id, source, read_to, known)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    of.tenantId(),
                    of.id(),
                    source,
                    after.readTo(),
                    known);
        }
        return Sql.update(
                        tx.connection(),
                        "UPDATE dep_log_source SET read_to = ?, known = ?" + KEY + " AND source = ? AND read_to = ?",
                        after.readTo(),
                        known,
                        of.tenantId(),
                        of.id(),
                        source,
                        before.get().readTo())
                == 1;
    }

    /**
     * Puts lines to the end and drops the oldest beyond what is kept. The sequence numbers of the lines are given here.
     *
     * @param keep how many lines are kept
     */
    public void append(Transaction tx, Deployment of, List<LogEntry> lines, int keep) throws SQLException {
        if (lines.isEmpty()) {
            return;
        }
        Sql.update(
                tx.connection(),
                "UPDATE dep_deployment SET log_sequence = log_sequence + ? WHERE tenant_id = ? AND id = ?",
                (long) lines.size(),
                of.tenantId(),
                of.id());
        long last = Sql.number(
                tx.connection(),
                "SELECT log_sequence FROM dep_deployment WHERE tenant_id = ? AND id = ?",
                of.tenantId(),
                of.id());
        List<Object[]> rows = new ArrayList<>();
        long sequence = last - lines.size();
        for (LogEntry line : lines) {
            sequence++;
            rows.add(new Object[] {
                of.tenantId(), of.id(), sequence, line.at(), line.stage(), line.source(), Sql.fit(line.line(), LONGEST)
            });
        }
        Sql.batch(
                tx.connection(),
                "INSERT INTO dep_log (tenant_id, deployment_id, sequence, written_at, stage, source, line)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows);
        Sql.update(
                tx.connection(),
                "DELETE FROM dep_log" + KEY + " AND sequence <= ?",
                of.tenantId(),
                of.id(),
                last - keep);
    }

    /** Oldest first. */
    public List<LogEntry> after(Transaction tx, Deployment of, long sequence, int limit) throws SQLException {
        return read(tx, of, " AND sequence > ? ORDER BY sequence", sequence, limit);
    }

    /** The last ones, oldest first. */
    public List<LogEntry> tail(Transaction tx, Deployment of, int limit) throws SQLException {
        List<LogEntry> newestFirst =
                new ArrayList<>(read(tx, of, " AND sequence > ? ORDER BY sequence DESC", 0, limit));
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    private static List<LogEntry> read(Transaction tx, Deployment of, String which, long sequence, int limit)
            throws SQLException {
        return Sql.list(
                tx.connection(),
                "SELECT sequence, written_at, stage, source, line FROM dep_log" + KEY + which + " FETCH FIRST " + limit
                        + " ROWS ONLY",
                row -> new LogEntry(
                        row.getLong("sequence"),
                        Sql.instant(row, "written_at"),
                        Stage.valueOf(row.getString("stage")),
                        row.getString("source"),
                        row.getString("line")),
                of.tenantId(),
                of.id(),
                sequence);
    }

    /** Logs of what was deleted before. @return lines */
    public int purge(Transaction tx, Instant deletedBefore) throws SQLException {
        String gone = " WHERE EXISTS (SELECT 1 FROM dep_deployment d WHERE d.tenant_id = %1$s.tenant_id"
                + " AND d.id = %1$s.deployment_id AND d.status = 'DELETED' AND d.deleted_at < ?)";
        Sql.update(tx.connection(), "DELETE FROM dep_log_source" + gone.formatted("dep_log_source"), deletedBefore);
        return Sql.update(tx.connection(), "DELETE FROM dep_log" + gone.formatted("dep_log"), deletedBefore);
    }
}
