package org.platformforge.kernel.security.idempotency;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.db.Inserts;
import org.platformforge.kernel.security.db.Timestamps;
import org.platformforge.kernel.security.idempotency.StoredIdempotencyKeys.Scope;

/** The rows of {@code sec_idempotency}. */
final class IdempotencyTable {
    static final String EXECUTING = "executing";
    static final String DONE = "done";
    /** Stands in place of an answer that was too large to keep. */
    static final String TOO_LARGE = "too large";

    private static final String BY_KEY = " WHERE tenant_id = ? AND key_hash = ?";

    private final boolean postgresql;

    /**
     * @param token of the execution the row belongs to
     * @param response sealed, null while executing
     */
    record Row(long token, String fingerprint, String state, Instant leaseUntil, String response, Instant expiresAt) {}

    IdempotencyTable(boolean postgresql) {
        this.postgresql = postgresql;
    }

    boolean insert(Transaction tx, Scope scope, Row row) throws SQLException {
        String sql = "INSERT INTO sec_idempotency (token, fingerprint, state, lease_until, expires_at, tenant_id,"
                + " key_hash) VALUES (?,?,?,?,?,?,?)";
        return Inserts.ifAbsent(tx, postgresql, sql, insert -> bind(insert, scope, row));
    }

    /** The row, held against other transactions until this one ends; null when there is none. */
    Row lock(Transaction tx, Scope scope) throws SQLException {
        String sql = "SELECT token, fingerprint, state, lease_until, response, expires_at FROM sec_idempotency" + BY_KEY
                + " FOR UPDATE" + (postgresql ? "" : " WITH RS");
        try (PreparedStatement select = tx.connection().prepareStatement(sql)) {
            select.setString(1, scope.tenantId());
            select.setString(2, scope.hash());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? read(row) : null;
            }
        }
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                row.getLong("token"),
                row.getString("fingerprint"),
                row.getString("state"),
                Timestamps.get(row, "lease_until"),
                row.getString("response"),
                Timestamps.get(row, "expires_at"));
    }

    boolean replace(Transaction tx, Scope scope, Row row) throws SQLException {
        String sql = "UPDATE sec_idempotency SET token = ?, fingerprint = ?, state = ?, lease_until = ?,"
                + " expires_at = ?, response = NULL" + BY_KEY;
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            bind(update, scope, row);
            return update.executeUpdate() == 1;
        }
    }

    private static void bind(PreparedStatement statement, Scope scope, Row row) throws SQLException {
        statement.setLong(1, row.token());
        statement.setString(2, row.fingerprint());
        statement.setString(3, row.state());
        Timestamps.set(statement, 4, row.leaseUntil());
        Timestamps.set(statement, 5, row.expiresAt());
        statement.setString(6, scope.tenantId());
        statement.setString(7, scope.hash());
    }

    /** @return whether the execution still held its row */
    boolean complete(Transaction tx, Scope scope, long token, String response, Instant expiresAt) throws SQLException {
        String sql = "UPDATE sec_idempotency SET state = ?, response = ?, expires_at = ?" + BY_KEY + " AND token = ?";
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            update.setString(1, DONE);
            update.setString(2, response);
            Timestamps.set(update, 3, expiresAt);
            update.setString(4, scope.tenantId());
            update.setString(5, scope.hash());
            update.setLong(6, token);
            return update.executeUpdate() == 1;
        }
    }

    void release(Transaction tx, Scope scope, long token) throws SQLException {
        String sql = "DELETE FROM sec_idempotency" + BY_KEY + " AND token = ? AND state = ?";
        try (PreparedStatement delete = tx.connection().prepareStatement(sql)) {
            delete.setString(1, scope.tenantId());
            delete.setString(2, scope.hash());
            delete.setLong(3, token);
            delete.setString(4, EXECUTING);
            delete.executeUpdate();
        }
    }

    void renew(Transaction tx, Scope scope, long token, Instant until) throws SQLException {
        String sql = "UPDATE sec_idempotency SET lease_until = ?" + BY_KEY + " AND token = ? AND state = ?";
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            Timestamps.set(update, 1, until);
            update.setString(2, scope.tenantId());
            update.setString(3, scope.hash());
            update.setLong(4, token);
            update.setString(5, EXECUTING);
            update.executeUpdate();
        }
    }

    /**
     * Deletes some of the expired rows, few enough for Derby's row locks and for any statement time-out.
     *
     * @return how many were found, less than {@code most} when none are left
     */
    int deleteExpired(Transaction tx, int most) throws SQLException {
        String expired = "SELECT tenant_id, key_hash FROM sec_idempotency WHERE expires_at < ? FETCH FIRST " + most
                + " ROWS ONLY";
        // still expired: a request may have taken the key over in the meantime
        String delete = "DELETE FROM sec_idempotency" + BY_KEY + " AND expires_at < ?";
        try (PreparedStatement select = tx.connection().prepareStatement(expired);
                PreparedStatement remove = tx.connection().prepareStatement(delete)) {
            Timestamps.set(select, 1, tx.now());
            int found = 0;
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    remove.setString(1, rows.getString(1));
                    remove.setString(2, rows.getString(2));
                    Timestamps.set(remove, 3, tx.now());
                    remove.addBatch();
                    found++;
                }
            }
            if (found > 0) {
                remove.executeBatch();
            }
            return found;
        }
    }
}
