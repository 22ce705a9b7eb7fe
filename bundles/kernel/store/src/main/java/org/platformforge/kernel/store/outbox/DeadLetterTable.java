package org.platformforge.kernel.store.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.platformforge.kernel.api.store.DeadLetters.DeadLetter;
import org.platformforge.kernel.api.store.DeadLetters.Selection;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.store.database.SqlTime;
import org.platformforge.kernel.store.json.JsonText;

/** Events that listeners were given up on. */
final class DeadLetterTable {
    private static final int LONGEST_ERROR = 512;
    private static final String SELECT = "SELECT tenant_id, listener, sequence, event_id, type, failures, error,"
            + " given_up_at, created_at, retry_requested_at, data FROM store_dead_letter";
    private static final String ONE = " WHERE tenant_id = ? AND listener = ? AND sequence = ?";

    private final JsonText json;

    DeadLetterTable(JsonText json) {
        this.json = json;
    }

    void insert(Connection connection, String listener, Event event, int failures, String error, Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store_dead_letter"
                + " (tenant_id, listener, sequence, event_id, type, failures, error, given_up_at, created_at, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, event.tenantId());
            insert.setString(2, listener);
            insert.setLong(3, event.sequence());
            insert.setString(4, event.id());
            insert.setString(5, event.type());
            insert.setInt(6, failures);
            insert.setString(7, cut(error));
            SqlTime.set(insert, 8, now);
            SqlTime.set(insert, 9, event.createdAt());
            insert.setString(10, json.write(event.data()));
            insert.executeUpdate();
        }
    }

    private static String cut(String error) {
        return error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) : error;
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

    /** The newest first. */
    List<DeadLetter> find(Connection connection, Selection selection, int limit) throws SQLException {
        return find(connection, selection, "", "given_up_at DESC, tenant_id, listener, sequence", limit);
    }

    /** Those that nobody has asked to deliver again, in the order of their events. */
    List<DeadLetter> atRest(Connection connection, Selection selection, int limit) throws SQLException {
        return find(connection, selection, "retry_requested_at IS NULL", "tenant_id, listener, sequence", limit);
    }

    /** Those of a listener that are to be delivered again, in the order of their events. */
    List<DeadLetter> requested(Connection connection, String listener, int limit) throws SQLException {
        Selection selection = new Selection(null, listener, null);
        return find(connection, selection, "retry_requested_at IS NOT NULL", "tenant_id, sequence", limit);
    }

    private List<DeadLetter> find(Connection connection, Selection selection, String condition, String order, int limit)
            throws SQLException {
        List<String> conditions = new ArrayList<>();
        List<String> values = new ArrayList<>();
        add(conditions, values, "tenant_id", selection.tenantId());
        add(conditions, values, "listener", selection.listener());
        add(conditions, values, "event_id", selection.eventId());
        if (!condition.isEmpty()) {
            conditions.add(condition);
        }
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        try (PreparedStatement query = connection.prepareStatement(
                SELECT + where + " ORDER BY " + order + " FETCH FIRST " + limit + " ROWS ONLY")) {
            for (int i = 0; i < values.size(); i++) {
                query.setString(i + 1, values.get(i));
            }
            List<DeadLetter> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(letter(rows));
                }
            }
            return found;
        }
    }

    private static void add(List<String> conditions, List<String> values, String column, String value) {
        if (value != null) {
            conditions.add(column + " = ?");
            values.add(value);
        }
    }

    private DeadLetter letter(ResultSet rows) throws SQLException {
        Instant givenUpAt = SqlTime.get(rows, "given_up_at");
        Instant createdAt = SqlTime.get(rows, "created_at");
        Event event = new Event(
                rows.getString("event_id"),
                rows.getLong("sequence"),
                rows.getString("tenant_id"),
                rows.getString("type"),
                createdAt == null ? givenUpAt : createdAt,
                json.read(rows.getString("data")));
        return new DeadLetter(
                rows.getString("listener"),
                event,
                rows.getInt("failures"),
                rows.getString("error"),
                givenUpAt,
                SqlTime.get(rows, "retry_requested_at"));
    }

    void request(Connection connection, DeadLetter letter, Instant now) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE store_dead_letter SET retry_requested_at = ?" + ONE)) {
            SqlTime.set(update, 1, now);
            identify(update, 2, letter);
            update.executeUpdate();
        }
    }

    /** It was delivered once more in vain. */
    void failed(Connection connection, DeadLetter letter, String error, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE store_dead_letter SET failures = ?,"
                + " error = ?, given_up_at = ?, retry_requested_at = NULL" + ONE)) {
            update.setInt(1, letter.failures() + 1);
            update.setString(2, cut(error));
            SqlTime.set(update, 3, now);
            identify(update, 4, letter);
            update.executeUpdate();
        }
    }

    void delete(Connection connection, DeadLetter letter) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM store_dead_letter" + ONE)) {
            identify(delete, 1, letter);
            delete.executeUpdate();
        }
    }

    private static void identify(PreparedStatement statement, int first, DeadLetter letter) throws SQLException {
        statement.setString(first, letter.event().tenantId());
        statement.setString(first + 1, letter.listener());
        statement.setLong(first + 2, letter.event().sequence());
    }
}
