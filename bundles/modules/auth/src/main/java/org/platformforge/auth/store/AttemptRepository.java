package org.platformforge.auth.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Transaction;

/** Counters of wrong passwords and sent codes in the database, shared by all nodes. Rows belong to the tenant {@code platform}. */
public final class AttemptRepository {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String INSERT =
            "INSERT INTO auth_attempt (tenant_id, id, failures, refused_until, updated_at) VALUES (?,?,1,?,?)";
    private static final String INSERT_IF_ABSENT = INSERT + " ON CONFLICT DO NOTHING";

    /** @param refusedUntil no later than the last failure when there is no wait */
    public record Attempts(int failures, Instant refusedUntil) {
        public static final Attempts NONE = new Attempts(0, Instant.EPOCH);
    }

    private AttemptRepository() {}

    public static Attempts find(Transaction tx, String id) throws SQLException {
        try (PreparedStatement select = tx.connection()
                .prepareStatement("SELECT failures, refused_until FROM auth_attempt WHERE tenant_id = ? AND id = ?")) {
            select.setString(1, Tenants.PLATFORM);
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? new Attempts(row.getInt(1), Utc.instant(row.getTimestamp(2))) : Attempts.NONE;
            }
        }
    }

    /**
     * Counts one more failure and locks the row.
     *
     * @param since failures of before are forgotten when there was none later
     * @return how many there are now
     */
    public static int fail(Transaction tx, boolean postgresql, String id, Instant since) throws SQLException {
        if (!update(tx, id, since) && !insert(tx, postgresql, id)) {
            update(tx, id, since); // another transaction was first
        }
        return find(tx, id).failures();
    }

    private static boolean update(Transaction tx, String id, Instant since) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement(
                        "UPDATE auth_attempt SET failures = CASE WHEN updated_at < ? THEN 1 ELSE failures + 1 END,"
                                + " updated_at = ? WHERE tenant_id = ? AND id = ?")) {
            update.setTimestamp(1, Utc.timestamp(since));
            update.setTimestamp(2, Utc.timestamp(tx.now()));
            update.setString(3, Tenants.PLATFORM);
            update.setString(4, id);
            return update.executeUpdate() == 1;
        }
    }

    /** PostgreSQL would give the transaction up on a violated constraint; Derby undoes only the statement. */
    private static boolean insert(Transaction tx, boolean postgresql, String id) throws SQLException {
        try (PreparedStatement statement = tx.connection().prepareStatement(postgresql ? INSERT_IF_ABSENT : INSERT)) {
            statement.setString(1, Tenants.PLATFORM);
            statement.setString(2, id);
            statement.setTimestamp(3, Utc.timestamp(tx.now()));
            statement.setTimestamp(4, Utc.timestamp(tx.now()));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            if (!postgresql && UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Counts one more unless that would be too many, and locks the row.
     *
     * @return whether it was counted
     */
    public static boolean take(Transaction tx, boolean postgresql, String id, int most) throws SQLException {
        return most > 0 && (takeFrom(tx, id, most) || insert(tx, postgresql, id) || takeFrom(tx, id, most));
    }

    private static boolean takeFrom(Transaction tx, String id, int most) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_attempt SET failures = failures + 1, updated_at = ?"
                        + " WHERE tenant_id = ? AND id = ? AND failures < ?")) {
            update.setTimestamp(1, Utc.timestamp(tx.now()));
            update.setString(2, Tenants.PLATFORM);
            update.setString(3, id);
            update.setInt(4, most);
            return update.executeUpdate() == 1;
        }
    }

    /** Takes back what this transaction counted. */
    public static void giveBack(Transaction tx, String id) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_attempt SET failures = failures - 1 WHERE tenant_id = ? AND id = ?")) {
            update.setString(1, Tenants.PLATFORM);
            update.setString(2, id);
            update.executeUpdate();
        }
    }

    /**
     * Begins a pause unless one goes on, and locks the row.
     *
     * @return whether it began
     */
    public static boolean pause(Transaction tx, boolean postgresql, String id, Instant now, Instant until)
            throws SQLException {
        if (pauseAgain(tx, id, now, until)) {
            return true;
        }
        if (insert(tx, postgresql, id)) {
            refuseUntil(tx, id, until);
            return true;
        }
        return pauseAgain(tx, id, now, until);
    }

    private static boolean pauseAgain(Transaction tx, String id, Instant now, Instant until) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_attempt SET refused_until = ?, updated_at = ?"
                        + " WHERE tenant_id = ? AND id = ? AND refused_until <= ?")) {
            update.setTimestamp(1, Utc.timestamp(until));
            update.setTimestamp(2, Utc.timestamp(tx.now()));
            update.setString(3, Tenants.PLATFORM);
            update.setString(4, id);
            update.setTimestamp(5, Utc.timestamp(now));
            return update.executeUpdate() == 1;
        }
    }

    public static void refuseUntil(Transaction tx, String id, Instant until) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE auth_attempt SET refused_until = ? WHERE tenant_id = ? AND id = ?")) {
            update.setTimestamp(1, Utc.timestamp(until));
            update.setString(2, Tenants.PLATFORM);
            update.setString(3, id);
            update.executeUpdate();
        }
    }

    public static void forget(Transaction tx, String id) throws SQLException {
        try (PreparedStatement delete =
                tx.connection().prepareStatement("DELETE FROM auth_attempt WHERE tenant_id = ? AND id = ?")) {
            delete.setString(1, Tenants.PLATFORM);
            delete.setString(2, id);
            delete.executeUpdate();
        }
    }

    /** @return how many counters without a failure since then were removed */
    public static int sweep(Transaction tx, Instant since) throws SQLException {
        try (PreparedStatement delete =
                tx.connection().prepareStatement("DELETE FROM auth_attempt WHERE tenant_id = ? AND updated_at < ?")) {
            delete.setString(1, Tenants.PLATFORM);
            delete.setTimestamp(2, Utc.timestamp(since));
            return delete.executeUpdate();
        }
    }
}
