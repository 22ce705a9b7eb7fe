package org.platformforge.kernel.store.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Artifacts in pieces of 1 MiB, so that no node needs another's disk, and when they were last used. Who uses one and who
 * removes one meet at the row of {@code store_artifact}: it is written first by both. Plain SQL; thread-safe.
 */
final class ArtifactTable {
    private static final int CHUNK = 1 << 20;
    /** Uses closer together are written down once; far less than any artifact is kept. */
    private static final Duration USE = Duration.ofHours(1);
    /** Digests in one question, whose text is always the same: a shorter one repeats its last. As many as a page has. */
    static final int AT_ONCE = 100;

    private static final String TEN = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?";
    private static final String FIFTY = TEN + ", " + TEN + ", " + TEN + ", " + TEN + ", " + TEN;
    private static final String HUNDRED = FIFTY + ", " + FIFTY;

    /** An artifact of a tenant. */
    record Key(String tenantId, String sha256) {}

    /** Writes nothing but its use when the tenant has the artifact already. */
    void write(Transaction tx, String sha256, InputStream content) throws SQLException, IOException {
        boolean known = touch(tx, sha256, tx.now());
        if (exists(tx, sha256)) {
            return;
        }
        if (!known) {
            Sql.update(
                    tx.connection(),
                    "INSERT INTO store_artifact (tenant_id, sha256, used_at) VALUES (?, ?, ?)",
                    tx.tenantId(),
                    sha256,
                    tx.now());
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

    /** Whether the transaction's tenant has it; if so, it was used now. */
    boolean use(Transaction tx, String sha256) throws SQLException {
        touch(tx, sha256, tx.now().minus(USE));
        return exists(tx, sha256);
    }

    /** @return whether there is such a row that was last used no later than then */
    private static boolean touch(Transaction tx, String sha256, Instant before) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE store_artifact SET used_at = ? WHERE tenant_id = ? AND sha256 = ? AND used_at <= ?",
                        tx.now(),
                        tx.tenantId(),
                        sha256,
                        before)
                > 0;
    }

    private static boolean exists(Transaction tx, String sha256) throws SQLException {
        return Sql.first(
                        tx.connection(),
                        "SELECT 1 FROM store_artifact_chunk WHERE tenant_id = ? AND sha256 = ? AND position = 0",
                        row -> row.getInt(1),
                        tx.tenantId(),
                        sha256)
                .isPresent();
    }

    /**
     * Those of them that the transaction's tenant has; their use is not written down.
     *
     * @param sha256 from 1 to {@link #AT_ONCE}
     */
    Set<String> present(Transaction tx, List<String> sha256) throws SQLException {
        Object[] values = new Object[1 + AT_ONCE];
        values[0] = tx.tenantId();
        for (int i = 0; i < AT_ONCE; i++) {
            values[1 + i] = sha256.get(Math.min(i, sha256.size() - 1));
        }
        return new HashSet<>(Sql.list(
                tx.connection(),
                "SELECT sha256 FROM store_artifact_chunk WHERE tenant_id = ? AND position = 0 AND sha256 IN (" + HUNDRED
                        + ")",
                row -> row.getString(1),
                values));
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

    /** Gives some a row that have none: of an older version of the platform, or brought by a migration. @return how many */
    int register(Transaction tx, int most) throws SQLException {
        List<Object[]> rows = Sql.list(
                tx.connection(),
                "SELECT c.tenant_id, c.sha256 FROM store_artifact_chunk c WHERE c.position = 0 AND NOT EXISTS"
                        + " (SELECT 1 FROM store_artifact a WHERE a.tenant_id = c.tenant_id AND a.sha256 = c.sha256)"
                        + " FETCH FIRST " + most + " ROWS ONLY",
                row -> new Object[] {row.getString(1), row.getString(2), tx.now()});
        Sql.batch(tx.connection(), "INSERT INTO store_artifact (tenant_id, sha256, used_at) VALUES (?, ?, ?)", rows);
        return rows.size();
    }

    /** Of all tenants, in the order of their keys. */
    List<Key> unusedSince(Transaction tx, Instant before, Key after, int most) throws SQLException {
        return Sql.list(
                tx.connection(),
                "SELECT tenant_id, sha256 FROM store_artifact WHERE used_at < ?"
                        + " AND (tenant_id > ? OR (tenant_id = ? AND sha256 > ?))"
                        + " ORDER BY tenant_id, sha256 FETCH FIRST " + most + " ROWS ONLY",
                row -> new Key(row.getString(1), row.getString(2)),
                before,
                after.tenantId(),
                after.tenantId(),
                after.sha256());
    }

    /** @return whether it is removed; not when it was used meanwhile */
    boolean remove(Transaction tx, String sha256, Instant before) throws SQLException {
        int mine = Sql.update(
                tx.connection(),
                "DELETE FROM store_artifact WHERE tenant_id = ? AND sha256 = ? AND used_at < ?",
                tx.tenantId(),
                sha256,
                before);
        if (mine == 0) {
            return false;
        }
        Sql.update(
                tx.connection(),
                "DELETE FROM store_artifact_chunk WHERE tenant_id = ? AND sha256 = ?",
                tx.tenantId(),
                sha256);
        return true;
    }

    /** Those of any tenant whose digest begins so. */
    Set<String> beginningWith(Transaction tx, String prefix) throws SQLException {
        return new HashSet<>(Sql.list(
                tx.connection(),
                "SELECT DISTINCT sha256 FROM store_artifact WHERE sha256 LIKE ?",
                row -> row.getString(1),
                prefix + "%"));
    }

    /** Of all holders that were ever there; in a cross-tenant transaction. */
    Set<String> holders(Transaction tx) throws SQLException {
        return new HashSet<>(
                Sql.list(tx.connection(), "SELECT name FROM store_artifact_holder", row -> row.getString(1)));
    }

    void insertHolder(Transaction tx, boolean postgresql, String name) throws SQLException {
        Sql.insertIfAbsent(
                tx.connection(),
                postgresql,
                "INSERT INTO store_artifact_holder (tenant_id, name) VALUES (?, ?)",
                tx.tenantId(),
                name);
    }
}
