package org.platformforge.kernel.store.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.SqlTime;
import org.platformforge.kernel.store.json.JsonText;

/** The events and their numbers. */
final class EventTable {
    private final DatabaseKind kind;
    private final JsonText json;

    EventTable(DatabaseKind kind, JsonText json) {
        this.kind = kind;
        this.json = json;
    }

    /** An event that has no number yet. */
    record NewEvent(String id, String type, String data) {}

    /** Numbers the events and writes them. Holds the tenant's numbering until the transaction ends. */
    void append(Connection connection, String tenantId, Instant now, List<NewEvent> events) throws SQLException {
        long sequence = reserve(connection, tenantId, events.size()) - events.size();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store_event"
                + " (tenant_id, sequence, id, type, created_at, data) VALUES (?, ?, ?, ?, ?, ?)")) {
            for (NewEvent event : events) {
                insert.setString(1, tenantId);
                insert.setLong(2, ++sequence);
                insert.setString(3, event.id());
                insert.setString(4, event.type());
                SqlTime.set(insert, 5, now);
                insert.setString(6, event.data());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** @return the last of the reserved numbers */
    private long reserve(Connection connection, String tenantId, int count) throws SQLException {
        return kind == DatabaseKind.POSTGRESQL
                ? reserveOnPostgres(connection, tenantId, count)
                : reserveOnDerby(connection, tenantId, count);
    }

    private static long reserveOnPostgres(Connection connection, String tenantId, int count) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement("INSERT INTO store_sequence (tenant_id, last_sequence) VALUES (?, ?)"
                        + " ON CONFLICT (tenant_id) DO UPDATE SET last_sequence ="
                        + " store_sequence.last_sequence + EXCLUDED.last_sequence RETURNING last_sequence")) {
            upsert.setString(1, tenantId);
            upsert.setLong(2, count);
            try (ResultSet row = upsert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static long reserveOnDerby(Connection connection, String tenantId, int count) throws SQLException {
        if (!advance(connection, tenantId, count)) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO store_sequence (tenant_id, last_sequence) VALUES (?, 0)")) {
                insert.setString(1, tenantId);
                insert.executeUpdate();
            } catch (SQLException e) {
                // Another transaction had the same first event; it has committed, or we would still wait for it.
                if (!"23505".equals(e.getSQLState())) {
                    throw e;
                }
            }
            advance(connection, tenantId, count);
        }
        try (PreparedStatement query =
                connection.prepareStatement("SELECT last_sequence FROM store_sequence WHERE tenant_id = ?")) {
            query.setString(1, tenantId);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static boolean advance(Connection connection, String tenantId, int count) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE store_sequence SET last_sequence = last_sequence + ? WHERE tenant_id = ?")) {
            update.setLong(1, count);
            update.setString(2, tenantId);
            return update.executeUpdate() == 1;
        }
    }

    /** Events after a number, in order. */
    List<Event> after(Connection connection, String tenantId, long sequence, int limit) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, id, type, created_at, data"
                + " FROM store_event WHERE tenant_id = ? AND sequence > ? ORDER BY sequence"
                + " FETCH FIRST " + limit + " ROWS ONLY")) {
            query.setString(1, tenantId);
            query.setLong(2, sequence);
            List<Event> events = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    events.add(new Event(
                            rows.getString("id"),
                            rows.getLong("sequence"),
                            tenantId,
                            rows.getString("type"),
                            SqlTime.get(rows, "created_at"),
                            json.read(rows.getString("data"))));
                }
            }
            return events;
        }
    }

    /**
     * Removes some of the events, few enough for Derby's row locks and for any statement time-out.
     *
     * @return how many, less than {@code most} when none are left
     */
    int removeBefore(Connection connection, Instant limit, int most) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT tenant_id, sequence FROM store_event"
                        + " WHERE created_at < ? ORDER BY created_at FETCH FIRST " + most + " ROWS ONLY");
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM store_event WHERE tenant_id = ? AND sequence = ?")) {
            SqlTime.set(query, 1, limit);
            int found = 0;
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    delete.setString(1, rows.getString(1));
                    delete.setLong(2, rows.getLong(2));
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
}
