package org.platformforge.kernel.store.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.platformforge.kernel.store.database.DatabaseKind;

/**
 * Where a tenant's chain begins and ends.
 *
 * @param firstPrevious what the first kept record names as the one before
 */
record ChainHead(long lastSequence, String lastHash, long firstSequence, String firstPrevious) {
    private static final ChainHead EMPTY = new ChainHead(0, Digests.GENESIS, 1, Digests.GENESIS);
    private static final String COLUMNS = "last_sequence, last_hash, first_sequence, first_previous";

    long kept() {
        return lastSequence - firstSequence + 1;
    }

    /** The chain as it stands; another transaction may append at the same time. */
    static ChainHead read(Connection connection, String tenantId) throws SQLException {
        return select(connection, tenantId).orElse(EMPTY);
    }

    private static Optional<ChainHead> select(Connection connection, String tenantId) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM store_audit_chain WHERE tenant_id = ?")) {
            select.setString(1, tenantId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(of(row)) : Optional.empty();
            }
        }
    }

    private static ChainHead of(ResultSet row) throws SQLException {
        return new ChainHead(row.getLong(1), row.getString(2), row.getLong(3), row.getString(4));
    }

    /** The chain as it stands, which nobody else changes until the transaction ends. */
    static ChainHead lock(DatabaseKind kind, Connection connection, String tenantId) throws SQLException {
        if (kind == DatabaseKind.POSTGRESQL) {
            return lockOnPostgres(connection, tenantId);
        }
        // Derby gives up the lock of SELECT … FOR UPDATE with the row; that of an UPDATE is kept.
        if (!touch(connection, tenantId)) {
            try {
                insert(connection, tenantId, "");
            } catch (SQLException e) {
                // Another transaction had the same first record; it has committed, or we would still wait for it.
                if (!"23505".equals(e.getSQLState())) {
                    throw e;
                }
                touch(connection, tenantId);
            }
        }
        return select(connection, tenantId).orElseThrow();
    }

    private static ChainHead lockOnPostgres(Connection connection, String tenantId) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM store_audit_chain WHERE tenant_id = ? FOR UPDATE";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, tenantId);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    return of(row);
                }
            }
            insert(connection, tenantId, " ON CONFLICT DO NOTHING");
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return of(row);
            }
        }
    }

    private static boolean touch(Connection connection, String tenantId) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE store_audit_chain SET last_sequence = last_sequence WHERE tenant_id = ?")) {
            update.setString(1, tenantId);
            return update.executeUpdate() == 1;
        }
    }

    private static void insert(Connection connection, String tenantId, String conflict) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO store_audit_chain (tenant_id, " + COLUMNS + ") VALUES (?, 0, ?, 1, ?)" + conflict)) {
            insert.setString(1, tenantId);
            insert.setString(2, Digests.GENESIS);
            insert.setString(3, Digests.GENESIS);
            insert.executeUpdate();
        }
    }

    /** To be called with the lock. */
    void write(Connection connection, String tenantId) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE store_audit_chain SET last_sequence = ?,"
                + " last_hash = ?, first_sequence = ?, first_previous = ? WHERE tenant_id = ?")) {
            update.setLong(1, lastSequence);
            update.setString(2, lastHash);
            update.setLong(3, firstSequence);
            update.setString(4, firstPrevious);
            update.setString(5, tenantId);
            update.executeUpdate();
        }
    }
}
