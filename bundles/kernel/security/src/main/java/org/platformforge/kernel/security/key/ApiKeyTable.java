package org.platformforge.kernel.security.key;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.api.security.ApiKeys.Type;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.db.Timestamps;

/** The rows of {@code sec_api_key}. */
final class ApiKeyTable {
    private static final String COLUMNS = "tenant_id, id, lookup, digest, type, name, prefix, plan, roles, scopes,"
            + " created_by, created_at, expires_at, last_used_at, revoked_at, rotated_to";

    /** @param digest SHA-256 of the secret, in hex */
    record Row(ApiKey key, String digest) {}

    private ApiKeyTable() {}

    static void insert(Transaction tx, ApiKey key, Secret secret) throws SQLException {
        String sql = "INSERT INTO sec_api_key (" + COLUMNS + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
        try (PreparedStatement insert = tx.connection().prepareStatement(sql)) {
            insert.setString(1, key.tenantId());
            insert.setString(2, key.id());
            insert.setString(3, secret.lookup());
            insert.setString(4, secret.digest());
            insert.setString(5, key.type().name());
            insert.setString(6, key.name());
            insert.setString(7, key.prefix());
            insert.setString(8, key.plan());
            insert.setString(9, join(key.roles()));
            insert.setString(10, join(key.scopes()));
            insert.setString(11, key.createdBy());
            Timestamps.set(insert, 12, key.createdAt());
            Timestamps.set(insert, 13, key.expiresAt());
            Timestamps.set(insert, 14, null);
            Timestamps.set(insert, 15, null);
            insert.setString(16, null);
            insert.executeUpdate();
        }
    }

    static Optional<Row> byLookup(Transaction tx, String lookup) throws SQLException {
        return rows(tx, "WHERE lookup = ?", lookup).stream().findFirst();
    }

    static Optional<ApiKey> byId(Transaction tx, String tenantId, String id) throws SQLException {
        return rows(tx, "WHERE tenant_id = ? AND id = ?", tenantId, id).stream()
                .map(Row::key)
                .findFirst();
    }

    /** Newest first, one row more than the limit when there is a next page. */
    static List<ApiKey> page(Transaction tx, String tenantId, PageRequest page, String before) throws SQLException {
        String offset = " ORDER BY id DESC OFFSET " + (before == null ? page.offset() : 0) + " ROWS FETCH NEXT "
                + (page.limit() + 1) + " ROWS ONLY";
        List<Row> rows = before == null
                ? rows(tx, "WHERE tenant_id = ?" + offset, tenantId)
                : rows(tx, "WHERE tenant_id = ? AND id < ?" + offset, tenantId, before);
        return rows.stream().map(Row::key).toList();
    }

    static long count(Transaction tx, String tenantId) throws SQLException {
        try (PreparedStatement select =
                tx.connection().prepareStatement("SELECT COUNT(*) FROM sec_api_key WHERE tenant_id = ?")) {
            select.setString(1, tenantId);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    static void revoke(Transaction tx, String tenantId, String id) throws SQLException {
        String sql = "UPDATE sec_api_key SET revoked_at = ? WHERE tenant_id = ? AND id = ? AND revoked_at IS NULL";
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            Timestamps.set(update, 1, tx.now());
            update.setString(2, tenantId);
            update.setString(3, id);
            update.executeUpdate();
        }
    }

    /**
     * Gives a key its successor and its end, unless somebody else was quicker.
     *
     * @param end when it is not accepted any more; null for at once
     */
    static boolean rotate(Transaction tx, ApiKey key, String successor, Instant end) throws SQLException {
        String sql = "UPDATE sec_api_key SET rotated_to = ?, " + (end == null ? "revoked_at" : "expires_at")
                + " = ? WHERE tenant_id = ? AND id = ? AND revoked_at IS NULL AND rotated_to IS NULL";
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            update.setString(1, successor);
            Timestamps.set(update, 2, end == null ? tx.now() : end);
            update.setString(3, key.tenantId());
            update.setString(4, key.id());
            return update.executeUpdate() == 1;
        }
    }

    /** The keys somebody made that are not revoked. */
    static List<ApiKey> valid(Transaction tx, String tenantId, String createdBy) throws SQLException {
        return rows(tx, "WHERE tenant_id = ? AND created_by = ? AND revoked_at IS NULL", tenantId, createdBy).stream()
                .map(Row::key)
                .toList();
    }

    /** The look-ups of keys revoked after the given time, in all tenants. */
    static List<String> revokedSince(Transaction tx, Instant since) throws SQLException {
        try (PreparedStatement select =
                tx.connection().prepareStatement("SELECT lookup FROM sec_api_key WHERE revoked_at > ?")) {
            Timestamps.set(select, 1, since);
            List<String> lookups = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    lookups.add(rows.getString(1));
                }
            }
            return lookups;
        }
    }

    static void used(Transaction tx, Map<String, Instant> byLookup) throws SQLException {
        String sql = "UPDATE sec_api_key SET last_used_at = ? WHERE lookup = ?";
        try (PreparedStatement update = tx.connection().prepareStatement(sql)) {
            for (Map.Entry<String, Instant> use : byLookup.entrySet()) {
                Timestamps.set(update, 1, use.getValue());
                update.setString(2, use.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static List<Row> rows(Transaction tx, String where, String... values) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM sec_api_key " + where;
        try (PreparedStatement select = tx.connection().prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                select.setString(i + 1, values[i]);
            }
            List<Row> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Row(key(rows), rows.getString("digest")));
                }
            }
            return found;
        }
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getString("id"),
                row.getString("tenant_id"),
                Type.valueOf(row.getString("type")),
                row.getString("name"),
                row.getString("prefix"),
                row.getString("plan"),
                split(row.getString("roles")),
                split(row.getString("scopes")),
                row.getString("created_by"),
                Timestamps.get(row, "created_at"),
                Timestamps.get(row, "expires_at"),
                Timestamps.get(row, "last_used_at"),
                Timestamps.get(row, "revoked_at"),
                row.getString("rotated_to"));
    }

    private static String join(Set<String> names) {
        return String.join(",", new TreeSet<>(names));
    }

    private static Set<String> split(String names) {
        return names == null || names.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(names.split(",")));
    }
}
