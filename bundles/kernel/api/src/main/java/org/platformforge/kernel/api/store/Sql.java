package org.platformforge.kernel.api.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;

/**
 * JDBC for statements that read the same on Derby and PostgreSQL. Times are UTC on both, to the microsecond. Values are
 * strings, numbers, booleans, {@link Instant}, enums (by their names), {@code byte[]} and null, in the order of the question
 * marks. Stateless.
 */
public final class Sql {
    /** One row as an object. */
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static final int FETCH = 64;
    private static final String UNIQUE_VIOLATION = "23505";

    private Sql() {}

    /** @return rows changed */
    public static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    public static void batch(Connection connection, String sql, List<Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    public static <T> List<T> list(Connection connection, String sql, Row<T> reader, Object... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            }
        }
    }

    /** @param reader does not answer null */
    public static <T> Optional<T> first(Connection connection, String sql, Row<T> reader, Object... values)
            throws SQLException {
        List<T> found = list(connection, sql, reader, values);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    /** Reads rows as they come, a few at a time, until the reader says false. */
    public static void scan(Connection connection, String sql, Row<Boolean> reader, Object... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCH);
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                boolean more = true;
                while (more && rows.next()) {
                    more = reader.read(rows);
                }
            }
        }
    }

    /** The one number of a {@code SELECT COUNT(*)} or {@code MAX}; 0 for null or no row. */
    public static long number(Connection connection, String sql, Object... values) throws SQLException {
        return first(connection, sql, row -> row.getLong(1), values).orElse(0L);
    }

    /**
     * Inserts a row unless its key is taken. PostgreSQL would abort the transaction on a violated constraint, so it is asked
     * not to violate one; Derby undoes only the statement.
     *
     * @return whether the row is new
     */
    public static boolean insertIfAbsent(Connection connection, boolean postgresql, String insert, Object... values)
            throws SQLException {
        try {
            return update(connection, postgresql ? insert + " ON CONFLICT DO NOTHING" : insert, values) == 1;
        } catch (SQLException e) {
            if (!postgresql && UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** @return null for null */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column, utc());
        return value == null ? null : value.toInstant().truncatedTo(ChronoUnit.MICROS);
    }

    /** @return null for null */
    public static Integer integer(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    /** Text that fits its column; PostgreSQL keeps no NUL, and half a surrogate pair is no text. */
    public static String fit(String text, int limit) {
        String clean = text.replace('\0', '\uFFFD');
        if (clean.length() <= limit) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(limit - 1)) ? limit - 1 : limit;
        return clean.substring(0, end);
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, values[i]);
        }
    }

    private static void bind(PreparedStatement statement, int index, Object value) throws SQLException {
        if (value instanceof Instant time) {
            statement.setTimestamp(index, Timestamp.from(time.truncatedTo(ChronoUnit.MICROS)), utc());
        } else if (value instanceof Enum<?> constant) {
            statement.setString(index, constant.name());
        } else if (value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof byte[]) {
            statement.setObject(index, value);
        } else {
            throw new IllegalArgumentException("Not a column value: " + value.getClass());
        }
    }

    /** A new one each time: calendars are not thread-safe. */
    private static Calendar utc() {
        return new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    }
}
