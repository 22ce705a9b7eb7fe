package org.platformforge.kernel.store.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.store.database.SqlTime;

/** Up to where each listener has had each tenant's events, and which node delivers to it. */
final class DeliveryTable {
    /** A tenant with events a listener has not had. */
    record Backlog(String tenantId, long position, long last, int failures) {}

    /** Tenants that are due: with new events, and not waiting for another try. */
    List<Backlog> backlogs(Connection connection, String listener, Instant now) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT s.tenant_id, s.last_sequence, d.position, d.failures FROM store_sequence s"
                        + " LEFT JOIN store_delivery d ON d.tenant_id = s.tenant_id AND d.listener = ?"
                        + " WHERE (d.position IS NULL OR d.position < s.last_sequence)"
                        + " AND (d.retry_at IS NULL OR d.retry_at <= ?)")) {
            query.setString(1, listener);
            SqlTime.set(query, 2, now);
            List<Backlog> backlogs = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    backlogs.add(new Backlog(
                            rows.getString("tenant_id"),
                            rows.getLong("position"),
                            rows.getLong("last_sequence"),
                            rows.getInt("failures")));
                }
            }
            return backlogs;
        }
    }

    /** Never moves a position back: what was delivered stays delivered. */
    void save(Connection connection, String listener, String tenantId, long position, int failures, Instant retryAt)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE store_delivery"
                + " SET position = ?, failures = ?, retry_at = ?"
                + " WHERE tenant_id = ? AND listener = ? AND position <= ?")) {
            update.setLong(1, position);
            update.setInt(2, failures);
            SqlTime.set(update, 3, retryAt);
            update.setString(4, tenantId);
            update.setString(5, listener);
            update.setLong(6, position);
            if (update.executeUpdate() == 1 || exists(connection, tenantId, listener)) {
                return;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store_delivery"
                + " (tenant_id, listener, position, failures, retry_at) VALUES (?, ?, ?, ?, ?)")) {
            insert.setString(1, tenantId);
            insert.setString(2, listener);
            insert.setLong(3, position);
            insert.setInt(4, failures);
            SqlTime.set(insert, 5, retryAt);
            insert.executeUpdate();
        }
    }

    /**
     * Removes some positions that no kept event lies before. A listener that is gone is so forgotten when it has missed
     * events for good; for one that is there it makes no difference.
     *
     * @return how many, less than {@code most} when none are left
     */
    int removeOutdated(Connection connection, int most) throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT d.tenant_id, d.listener FROM store_delivery d"
                                + " JOIN store_sequence s ON s.tenant_id = d.tenant_id AND s.last_sequence > d.position"
                                + " WHERE NOT EXISTS (SELECT 1 FROM store_event e"
                                + " WHERE e.tenant_id = d.tenant_id AND e.sequence <= d.position)"
                                + " FETCH FIRST " + most + " ROWS ONLY");
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM store_delivery WHERE tenant_id = ? AND listener = ?")) {
            int found = 0;
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    delete.setString(1, rows.getString(1));
                    delete.setString(2, rows.getString(2));
                    delete.addBatch();
                    found++;
                }
            }
            if (found > 0) {
                delete.executeBatch();
            }
            return found;
        }
    }

    private static boolean exists(Connection connection, String tenantId, String listener) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT listener FROM store_delivery WHERE tenant_id = ? AND listener = ?")) {
            query.setString(1, tenantId);
            query.setString(2, listener);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }
}
