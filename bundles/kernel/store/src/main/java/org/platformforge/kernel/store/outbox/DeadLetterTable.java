package org.platformforge.kernel.store.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.store.database.SqlTime;
import org.platformforge.kernel.store.json.JsonText;

/** Events that listeners were given up on. */
final class DeadLetterTable {
    private static final int LONGEST_ERROR = 512;

    private final JsonText json;

    DeadLetterTable(JsonText json) {
        this.json = json;
    }

    void insert(Connection connection, String listener, Event event, int failures, String error, Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store_dead_letter"
                + " (tenant_id, listener, sequence, event_id, type, failures, error, given_up_at, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, event.tenantId());
            insert.setString(2, listener);
            insert.setLong(3, event.sequence());
            insert.setString(4, event.id());
            insert.setString(5, event.type());
            insert.setInt(6, failures);
            insert.setString(7, error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) : error);
            SqlTime.set(insert, 8, now);
            insert.setString(9, json.write(event.data()));
            insert.executeUpdate();
        }
    }

    /** How many there are of each listener, by its name. */
    Map<String, Long> count(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT listener, COUNT(*) FROM store_dead_letter GROUP BY listener");
                ResultSet rows = query.executeQuery()) {
            Map<String, Long> counts = new TreeMap<>();
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
            return counts;
        }
    }
}
