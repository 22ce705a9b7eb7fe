package org.platformforge.admin.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.TreeMap;
import org.platformforge.kernel.api.store.Transaction;

/** The versions of settings. Rows are added and never changed. */
public final class SettingsTable {
    private static final String COLUMNS = "tenant_id, version, settings, changed_at, changed_by, remark";
    private static final TypeReference<TreeMap<String, Object>> MAP = new TypeReference<>() {};

    /** Sees the JDK's own types alone, whose cache holds no module. */
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String SERIALIZATION_FAILURE = "40001";

    private SettingsTable() {}

    public static SettingsVersion current(Transaction tx, String tenantId) throws SQLException {
        return select(tx, "WHERE tenant_id = ? ORDER BY version DESC FETCH FIRST 1 ROWS ONLY", tenantId).stream()
                .findFirst()
                .orElseGet(() -> SettingsVersion.none(tenantId));
    }

    public static Optional<SettingsVersion> find(Transaction tx, String tenantId, long version) throws SQLException {
        return select(tx, "WHERE tenant_id = ? AND version = ?", tenantId, version).stream()
                .findFirst();
    }

    /** Newest first. @param below only earlier versions */
    public static List<SettingsVersion> page(Transaction tx, String tenantId, long below, int offset, int limit)
            throws SQLException {
        return select(
                tx,
                "WHERE tenant_id = ? AND version < ? ORDER BY version DESC OFFSET " + offset + " ROWS FETCH NEXT "
                        + limit + " ROWS ONLY",
                tenantId,
                below);
    }

    /** Of all tenants, those that came after a time; oldest first. */
    public static List<SettingsVersion> changedSince(Transaction tx, Instant since) throws SQLException {
        return select(tx, "WHERE changed_at > ? ORDER BY tenant_id, version", since);
    }

    /** @throws SQLException one that has the transaction tried again when somebody else has added this version */
    public static void insert(Transaction tx, SettingsVersion added) throws SQLException {
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO admin_settings (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, added.tenantId());
            insert.setLong(2, added.version());
            insert.setString(3, write(added.values()));
            insert.setTimestamp(4, Timestamp.from(added.changedAt()), utc());
            insert.setString(5, added.changedBy());
            insert.setString(6, added.remark());
            insert.executeUpdate();
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new SQLTransactionRollbackException(e.getMessage(), SERIALIZATION_FAILURE);
            }
            throw e;
        }
    }

    private static List<SettingsVersion> select(Transaction tx, String where, Object... values) throws SQLException {
        List<SettingsVersion> found = new ArrayList<>();
        try (PreparedStatement select =
                tx.connection().prepareStatement("SELECT " + COLUMNS + " FROM admin_settings " + where)) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] instanceof Instant instant) {
                    select.setTimestamp(i + 1, Timestamp.from(instant), utc());
                } else if (values[i] instanceof Long number) {
                    select.setLong(i + 1, number);
                } else {
                    select.setString(i + 1, values[i].toString());
                }
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new SettingsVersion(
                            row.getString(1),
                            row.getLong(2),
                            read(row.getString(3)),
                            row.getTimestamp(4, utc()).toInstant(),
                            row.getString(5),
                            row.getString(6)));
                }
            }
        }
        return found;
    }

    private static String write(Map<String, Object> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Settings are flags and numbers", e);
        }
    }

    private static Map<String, Object> read(String text) {
        try {
            return JSON.readValue(text, MAP);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A row of admin_settings is no JSON", e);
        }
    }

    private static Calendar utc() {
        return Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    }
}
