package org.platformforge.kernel.store.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.platformforge.kernel.api.store.Transaction;

/** Artifacts in pieces of 1 MiB, so that no node needs another's disk. Plain SQL; thread-safe. */
final class ArtifactTable {
    private static final int CHUNK = 1 << 20;

    /** Does nothing when the tenant has the artifact already. */
    void write(Transaction tx, String sha256, InputStream content) throws SQLException, IOException {
        if (exists(tx, sha256)) {
            return;
        }
        try (PreparedStatement insert = tx.connection()
                .prepareStatement(
                        "INSERT INTO store_artifact_chunk (tenant_id, sha256, position, content) VALUES (?, ?, ?, ?)")) {
            int position = 0;
            byte[] piece = content.readNBytes(CHUNK);
            while (piece.length > 0) {
                insert.setString(1, tx.tenantId());
                insert.setString(2, sha256);
                insert.setInt(3, position++);
                insert.setBytes(4, piece);
                insert.executeUpdate();
                piece = content.readNBytes(CHUNK);
            }
        }
    }

    /** Whether the transaction's tenant has it. */
    boolean exists(Transaction tx, String sha256) throws SQLException {
        try (PreparedStatement query = tx.connection()
                .prepareStatement(
                        "SELECT 1 FROM store_artifact_chunk WHERE tenant_id = ? AND sha256 = ? AND position = 0")) {
            query.setString(1, tx.tenantId());
            query.setString(2, sha256);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** @return whether there was anything; in the publisher's or a cross-tenant transaction */
    boolean read(Transaction tx, String tenantId, String sha256, OutputStream out) throws SQLException, IOException {
        boolean found = false;
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT content FROM store_artifact_chunk"
                        + " WHERE tenant_id = ? AND sha256 = ? AND position = ?")) {
            for (int position = 0; ; position++) {
                query.setString(1, tenantId);
                query.setString(2, sha256);
                query.setInt(3, position);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) {
                        return found;
                    }
                    out.write(row.getBytes(1));
                    found = true;
                }
            }
        }
    }
}
