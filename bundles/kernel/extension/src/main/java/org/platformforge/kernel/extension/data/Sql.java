package org.platformforge.kernel.extension.data;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.platformforge.kernel.api.store.Transaction;

/** The few lines of JDBC this bundle's tables need. */
public final class Sql {
    private static final String UNIQUE_VIOLATION = "23505";

    @FunctionalInterface
    public interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private Sql() {}

    public static int update(Transaction tx, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = tx.connection().prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    public static <T> List<T> list(Transaction tx, Mapper<T> mapper, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = tx.connection().prepareStatement(sql)) {
            bind(statement, values);
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(mapper.map(rows));
                }
            }
            return found;
        }
    }

    public static <T> Optional<T> one(Transaction tx, Mapper<T> mapper, String sql, Object... values)
            throws SQLException {
        return list(tx, mapper, sql, values).stream().findFirst();
    }

    static long count(Transaction tx, String sql, Object... values) throws SQLException {
        return one(tx, row -> row.getLong(1), sql, values).orElse(0L);
    }

    /**
     * Inserts a row unless its key is taken. PostgreSQL would abort the transaction on a violated constraint, so it is asked
     * not to violate one; Derby undoes only the statement.
     */
    public static boolean insertIfAbsent(Transaction tx, boolean postgresql, String insert, Object... values)
            throws SQLException {
        try {
            return update(tx, postgresql ? insert + " ON CONFLICT DO NOTHING" : insert, values) == 1;
        } catch (SQLException e) {
            if (!postgresql && UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Instant instant) {
                statement.setTimestamp(i + 1, Timestamp.from(instant), utc());
            } else if (values[i] instanceof String text) {
                statement.setString(i + 1, text);
            } else {
                statement.setObject(i + 1, values[i]);
            }
        }
    }

    public static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column, utc());
        return value == null ? null : value.toInstant();
    }

    private static Calendar utc() {
        return Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    }
}
