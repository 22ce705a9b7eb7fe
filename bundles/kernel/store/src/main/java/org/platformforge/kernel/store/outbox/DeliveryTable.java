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
            if (update.executeUpdate() == 1 || exists(connection, "store_delivery", tenantId, listener)) {
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

    /** @return whether the owner may now deliver to the listener, until the given time */
    boolean lease(Connection connection, String listener, String owner, Instant now, Instant until)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE store_listener"
                + " SET owner = ?, lease_until = ?"
                + " WHERE tenant_id = '*' AND listener = ? AND (owner = ? OR lease_until < ?)")) {
            update.setString(1, owner);
            SqlTime.set(update, 2, until);
            update.setString(3, listener);
            update.setString(4, owner);
            SqlTime.set(update, 5, now);
            if (update.executeUpdate() == 1) {
                return true;
            }
        }
        if (exists(connection, "store_listener", "*", listener)) {
            return false;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO store_listener" + " (tenant_id, listener, owner, lease_until) VALUES ('*', ?, ?, ?)")) {
            insert.setString(1, listener);
            insert.setString(2, owner);
            SqlTime.set(insert, 3, until);
            insert.executeUpdate();
            return true;
        }
    }

    /** Lets other nodes take over at once. */
    void release(Connection connection, String owner) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM store_listener WHERE tenant_id = '*' AND owner = ?")) {
            delete.setString(1, owner);
            delete.executeUpdate();
        }
    }

    private static boolean exists(Connection connection, String table, String tenantId, String listener)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT listener FROM " + table + " WHERE tenant_id = ? AND listener = ?")) {
            query.setString(1, tenantId);
            query.setString(2, listener);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }
}
