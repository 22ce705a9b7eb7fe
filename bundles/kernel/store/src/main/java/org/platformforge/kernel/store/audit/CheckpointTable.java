package org.platformforge.kernel.store.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.SqlTime;

/** The signed states of the chains. */
final class CheckpointTable {
    private static final String COLUMNS = "tenant_id, sequence, hash, signed_at, public_key, signature";

    private CheckpointTable() {}

    /** In order. */
    static List<SignedState> all(Connection connection, String tenantId) throws SQLException {
        return select(connection, tenantId, " ORDER BY sequence");
    }

    static Optional<SignedState> last(Connection connection, String tenantId) throws SQLException {
        return select(connection, tenantId, " ORDER BY sequence DESC FETCH FIRST 1 ROWS ONLY").stream()
                .findFirst();
    }

    /** In order. */
    static List<SignedState> between(Connection connection, String tenantId, long first, long last)
            throws SQLException {
        return select(
                connection, tenantId, " AND sequence >= " + first + " AND sequence <= " + last + " ORDER BY sequence");
    }

    private static List<SignedState> select(Connection connection, String tenantId, String order) throws SQLException {
        List<SignedState> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM store_audit_checkpoint WHERE tenant_id = ?" + order)) {
            select.setString(1, tenantId);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new SignedState(
                            row.getString(1),
                            row.getLong(2),
                            row.getString(3),
                            SqlTime.get(row, "signed_at"),
                            row.getString(5),
                            row.getString(6)));
                }
            }
        }
        return found;
    }

    /** Leaves it to another node that has signed the same record: then this node's signature is in its file alone. */
    static void insert(DatabaseKind kind, Connection connection, SignedState state) throws SQLException {
        String conflict = kind == DatabaseKind.POSTGRESQL ? " ON CONFLICT DO NOTHING" : "";
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO store_audit_checkpoint (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)" + conflict)) {
            insert.setString(1, state.tenantId());
            insert.setLong(2, state.sequence());
            insert.setString(3, state.hash());
            SqlTime.set(insert, 4, state.at());
            insert.setString(5, state.publicKey());
            insert.setString(6, state.signature());
            insert.executeUpdate();
        }
    }

    /** Of records that are kept no more. */
    static void removeBefore(Connection connection, String tenantId, long sequence) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM store_audit_checkpoint WHERE tenant_id = ? AND sequence < ?")) {
            delete.setString(1, tenantId);
            delete.setLong(2, sequence);
            delete.executeUpdate();
        }
    }

    /** Tenants whose chain has gone on since it was signed last. */
    static List<String> tenantsBehind(Connection connection) throws SQLException {
        List<String> tenants = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT c.tenant_id FROM store_audit_chain c"
                        + " WHERE c.last_sequence > 0 AND NOT EXISTS (SELECT 1 FROM store_audit_checkpoint p"
                        + " WHERE p.tenant_id = c.tenant_id AND p.sequence = c.last_sequence) ORDER BY c.tenant_id");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tenants.add(row.getString(1));
            }
        }
        return tenants;
    }
}
