package org.platformforge.kernel.store.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.platformforge.kernel.store.database.SqlTime;

/** Which node does what only one may do at a time, such as delivering to a listener. Stateless. */
public final class Leases {
    private Leases() {}

    /**
     * PostgreSQL alone: on Derby there is one node.
     *
     * @param name of what is done
     * @return whether the owner may now do it, until the given time
     */
    public static boolean take(Connection connection, String name, String owner, Instant now, Instant until)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE store_listener"
                + " SET owner = ?, lease_until = ?"
                + " WHERE tenant_id = '*' AND listener = ? AND (owner = ? OR lease_until < ?)")) {
            update.setString(1, owner);
            SqlTime.set(update, 2, until);
            update.setString(3, name);
            update.setString(4, owner);
            SqlTime.set(update, 5, now);
            if (update.executeUpdate() == 1) {
                return true;
            }
        }
        // of two nodes that start at once, one finds the other's row
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO store_listener (tenant_id, listener, owner, lease_until) VALUES ('*', ?, ?, ?)"
                        + " ON CONFLICT DO NOTHING")) {
            insert.setString(1, name);
            insert.setString(2, owner);
            SqlTime.set(insert, 3, until);
            return insert.executeUpdate() == 1;
        }
    }

    /** Lets other nodes take over at once. */
    public static void release(Connection connection, String owner) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM store_listener WHERE tenant_id = '*' AND owner = ?")) {
            delete.setString(1, owner);
            delete.executeUpdate();
        }
    }

    /** Forgets who once did what nobody has done since. */
    static void removeBefore(Connection connection, Instant limit) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM store_listener WHERE tenant_id = '*' AND lease_until < ?")) {
            SqlTime.set(delete, 1, limit);
            delete.executeUpdate();
        }
    }
}
