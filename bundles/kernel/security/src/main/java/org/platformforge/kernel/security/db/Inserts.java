package org.platformforge.kernel.security.db;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.platformforge.kernel.api.store.Transaction;

/** Inserts that may meet a row that is already there. */
public final class Inserts {
    private static final String UNIQUE_VIOLATION = "23505";

    @FunctionalInterface
    public interface Binder {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private Inserts() {}

    /**
     * Inserts a row unless its key is taken. The transaction stays usable either way: PostgreSQL would abort it on a
     * violated constraint, so it is asked not to violate one; Derby undoes only the statement.
     *
     * @param postgresql whether the database is PostgreSQL
     * @return whether the row was inserted
     */
    public static boolean ifAbsent(Transaction tx, boolean postgresql, String insert, Binder values)
            throws SQLException {
        String sql = postgresql ? insert + " ON CONFLICT DO NOTHING" : insert;
        try (PreparedStatement statement = tx.connection().prepareStatement(sql)) {
            values.bind(statement);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            if (!postgresql && UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }
}
