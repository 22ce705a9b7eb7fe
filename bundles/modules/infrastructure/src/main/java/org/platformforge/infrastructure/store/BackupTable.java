package org.platformforge.infrastructure.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.infrastructure.backup.Backup;
import org.platformforge.infrastructure.backup.Backup.Status;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** The backups that are known. Thread-safe. */
@Component(service = BackupTable.class)
public class BackupTable {
    private static final String SELECT =
            "SELECT id, name, description, status, origin, database_kind, operation_id, size,"
                    + " table_count, compared, created_by, created_at, completed_at, proven_at, checked_at, problem"
                    + " FROM inf_backup WHERE tenant_id = ?";
    private static final int PROBLEM = 2000;

    public Optional<Backup> find(Transaction tx, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + " AND id = ?", BackupTable::row, tx.tenantId(), id);
    }

    public boolean nameIsTaken(Transaction tx, String name) throws SQLException {
        return Sql.number(
                        tx.connection(),
                        "SELECT COUNT(*) FROM inf_backup WHERE tenant_id = ? AND name = ?",
                        tx.tenantId(),
                        name)
                > 0;
    }

    /** Newest first. */
    public List<Backup> all(Transaction tx) throws SQLException {
        return Sql.list(
                tx.connection(), SELECT + " ORDER BY created_at DESC, id DESC", BackupTable::row, tx.tenantId());
    }

    /** @return false when the name is taken */
    public boolean insert(Transaction tx, boolean postgresql, Backup backup) throws SQLException {
        return Sql.insertIfAbsent(
                tx.connection(),
                postgresql,
                "INSERT INTO inf_backup (tenant_id, id, name, description, status, origin, database_kind, operation_id,"
                        + " created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                tx.tenantId(),
                backup.id(),
                backup.name(),
                backup.description(),
                backup.status(),
                backup.origin(),
                backup.database(),
                backup.operationId(),
                backup.createdBy(),
                backup.createdAt());
    }

    public void operation(Transaction tx, String id, String operationId) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE inf_backup SET operation_id = ? WHERE tenant_id = ? AND id = ?",
                operationId,
                tx.tenantId(),
                id);
    }

    public void running(Transaction tx, String id) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE inf_backup SET status = ? WHERE tenant_id = ? AND id = ?",
                Status.RUNNING,
                tx.tenantId(),
                id);
    }

    /** It was made, restored and compared. */
    public void completed(Transaction tx, String id, long size, int tables, int compared) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE inf_backup SET status = ?, size = ?, table_count = ?, compared = ?, completed_at = ?, proven_at = ?,"
                        + " checked_at = ?, problem = NULL WHERE tenant_id = ? AND id = ?",
                Status.COMPLETED,
                size,
                tables,
                compared,
                tx.now(),
                tx.now(),
                tx.now(),
                tx.tenantId(),
                id);
    }

    public void failed(Transaction tx, String id, String problem) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE inf_backup SET status = ?, problem = ? WHERE tenant_id = ? AND id = ?",
                Status.FAILED,
                Sql.fit(problem, PROBLEM),
                tx.tenantId(),
                id);
    }

    /** @param problem null when it was restored and compared */
    public void checked(Transaction tx, String id, Instant at, String problem) throws SQLException {
        if (problem == null) {
            Sql.update(
                    tx.connection(),
                    "UPDATE inf_backup SET status = ?, proven_at = ?, checked_at = ?, problem = NULL"
                            + " WHERE tenant_id = ? AND id = ?",
                    Status.COMPLETED,
                    at,
                    at,
                    tx.tenantId(),
                    id);
        } else {
            Sql.update(
                    tx.connection(),
                    "UPDATE inf_backup SET status = ?, checked_at = ?, problem = ? WHERE tenant_id = ? AND id = ?",
                    Status.CORRUPT,
                    at,
                    Sql.fit(problem, PROBLEM),
                    tx.tenantId(),
                    id);
        }
    }

    /** The check itself could not be made, which says nothing of the backup. */
    public void tried(Transaction tx, String id, String problem) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE inf_backup SET checked_at = ?, problem = ? WHERE tenant_id = ? AND id = ?",
                tx.now(),
                Sql.fit(problem, PROBLEM),
                tx.tenantId(),
                id);
    }

    public boolean delete(Transaction tx, String id) throws SQLException {
        return Sql.update(tx.connection(), "DELETE FROM inf_backup WHERE tenant_id = ? AND id = ?", tx.tenantId(), id)
                == 1;
    }

    private static Backup row(ResultSet row) throws SQLException {
        long size = row.getLong("size");
        boolean sized = !row.wasNull();
        return new Backup(
                row.getString("id"),
                row.getString("name"),
                row.getString("description"),
                Status.valueOf(row.getString("status")),
                row.getString("origin"),
                row.getString("database_kind"),
                row.getString("operation_id"),
                sized ? size : null,
                Sql.integer(row, "table_count"),
                Sql.integer(row, "compared"),
                row.getString("created_by"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "completed_at"),
                Sql.instant(row, "proven_at"),
                Sql.instant(row, "checked_at"),
                row.getString("problem"));
    }
}
