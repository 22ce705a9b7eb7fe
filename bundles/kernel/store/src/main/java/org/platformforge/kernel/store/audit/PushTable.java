package org.platformforge.kernel.store.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Up to where each chain has been pushed to the syslog receiver. */
final class PushTable {
    /**
     * Numbers of the last record and of the last signed state.
     *
     * @param record 0 for none; the same for {@code checkpoint}
     */
    record Position(long record, long checkpoint) {
        boolean reaches(Position other) {
            return record >= other.record && checkpoint >= other.checkpoint;
        }
    }

    /** A chain that has gone on. @param end as it stands */
    record Backlog(String tenantId, Position pushed, Position end) {}

    private PushTable() {}

    static List<Backlog> backlogs(Connection connection) throws SQLException {
        List<Backlog> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT e.tenant_id, p.last_record, p.last_checkpoint, e.last_sequence, e.signed FROM"
                                + " (SELECT c.tenant_id, c.last_sequence, (SELECT MAX(s.sequence)"
                                + " FROM store_audit_checkpoint s WHERE s.tenant_id = c.tenant_id) AS signed"
                                + " FROM store_audit_chain c) e"
                                + " LEFT JOIN store_audit_push p ON p.tenant_id = e.tenant_id"
                                + " WHERE p.last_record IS NULL OR p.last_record < e.last_sequence"
                                + " OR p.last_checkpoint < e.signed ORDER BY e.tenant_id");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(new Backlog(
                        row.getString(1),
                        new Position(row.getLong(2), row.getLong(3)),
                        new Position(row.getLong(4), row.getLong(5))));
            }
        }
        return found;
    }

    static void save(Connection connection, String tenantId, Position position) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE store_audit_push SET last_record = ?, last_checkpoint = ? WHERE tenant_id = ?")) {
            update.setLong(1, position.record());
            update.setLong(2, position.checkpoint());
            update.setString(3, tenantId);
            if (update.executeUpdate() == 1) {
                return;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO store_audit_push (tenant_id, last_record, last_checkpoint) VALUES (?, ?, ?)")) {
            insert.setString(1, tenantId);
            insert.setLong(2, position.record());
            insert.setLong(3, position.checkpoint());
            insert.executeUpdate();
        }
    }
}
