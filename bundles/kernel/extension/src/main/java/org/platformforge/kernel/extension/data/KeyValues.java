package org.platformforge.kernel.extension.data;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.platformforge.extension.api.KeyValueStore;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.extension.wire.JsonValues;

/** {@link KeyValueStore} in the database. */
public final class KeyValues implements KeyValueStore {
    private static final int KEY = 255;
    private static final int VALUE = 64 << 10;
    private static final String ROW = " WHERE tenant_id = ? AND extension_id = ? AND entry_key = ?";
    private static final String SELECT = "SELECT entry_key, entry_value, version, size_bytes FROM ext_value";

    private record Row(Entry entry, int size) {}

    private final Space space;

    public KeyValues(Space space) {
        this.space = space;
    }

    @Override
    public Optional<Entry> get(String key) {
        checked(key);
        return space.call(tx -> find(tx, key)).map(Row::entry);
    }

    @Override
    public Entry put(String key, String value) {
        int size = size(checked(key), value);
        return space.call(tx -> {
            long last = space.lock(tx);
            Optional<Row> before = find(tx, key);
            return set(tx, key, value, size, before, last);
        });
    }

    @Override
    public Optional<Entry> compareAndSet(String key, long expectedVersion, String value) {
        int size = size(checked(key), value);
        return space.call(tx -> {
            long last = space.lock(tx);
            Optional<Row> before = find(tx, key);
            long version = before.map(row -> row.entry().version()).orElse(0L);
            return version == expectedVersion ? Optional.of(set(tx, key, value, size, before, last)) : Optional.empty();
        });
    }

    private Entry set(Transaction tx, String key, String value, int size, Optional<Row> before, long last)
            throws SQLException {
        long version = before.map(row -> row.entry().version()).orElse(0L) + 1;
        if (before.isPresent()) {
            Sql.update(
                    tx.connection(),
                    "UPDATE ext_value SET entry_value = ?, version = ?, size_bytes = ?" + ROW,
                    value,
                    version,
                    size,
                    space.tenantId,
                    space.extensionId,
                    key);
            space.use(tx, 0, size - before.get().size(), last);
        } else {
            Sql.update(
                    tx.connection(),
                    "INSERT INTO ext_value (tenant_id, extension_id, entry_key, version, entry_value, size_bytes)"
                            + " VALUES (?,?,?,?,?,?)",
                    space.tenantId,
                    space.extensionId,
                    key,
                    version,
                    value,
                    size);
            space.use(tx, 1, size, last);
        }
        return new Entry(key, value, version);
    }

    @Override
    public boolean delete(String key) {
        checked(key);
        return space.call(tx -> {
            long last = space.lock(tx);
            Optional<Row> before = find(tx, key);
            if (before.isEmpty()) {
                return false;
            }
            Sql.update(tx.connection(), "DELETE FROM ext_value" + ROW, space.tenantId, space.extensionId, key);
            space.use(tx, -1, -before.get().size(), last);
            return true;
        });
    }

    @Override
    public Page<Entry> list(String prefix, PageRequest page) {
        if (prefix.length() > KEY) {
            throw PlatformException.invalid("prefix", "has more than " + KEY + " characters");
        }
        String like = JsonValues.text("prefix", prefix).replaceAll("([!%_])", "!$1") + "%";
        String position = Cursor.position(page);
        String after = position == null ? "" : position;
        String where = " WHERE tenant_id = ? AND extension_id = ? AND entry_key LIKE ? ESCAPE '!'";
        return space.call(tx -> {
            List<Row> rows = Sql.list(
                    tx.connection(),
                    SELECT + where + " AND entry_key > ? ORDER BY entry_key OFFSET "
                            + (position == null ? page.offset() : 0) + " ROWS FETCH NEXT " + (page.limit() + 1)
                            + " ROWS ONLY",
                    KeyValues::row,
                    space.tenantId,
                    space.extensionId,
                    like,
                    after);
            long total = Sql.number(
                    tx.connection(), "SELECT COUNT(*) FROM ext_value" + where, space.tenantId, space.extensionId, like);
            return Cursor.page(rows.stream().map(Row::entry).toList(), page, total, Entry::key);
        });
    }

    private Optional<Row> find(Transaction tx, String key) throws SQLException {
        return Sql.first(tx.connection(), SELECT + ROW, KeyValues::row, space.tenantId, space.extensionId, key);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new Entry(row.getString("entry_key"), row.getString("entry_value"), row.getLong("version")),
                row.getInt("size_bytes"));
    }

    private static String checked(String key) {
        if (key == null || key.isEmpty() || key.length() > KEY) {
            throw PlatformException.invalid("key", "must have 1 to " + KEY + " characters");
        }
        return JsonValues.text("key", key);
    }

    /** What the entry takes of the quota: the bytes of its key and its value. */
    private static int size(String key, String value) {
        if (value == null) {
            throw PlatformException.invalid("value", "must not be null");
        }
        int size = value.length() > VALUE
                ? value.length()
                : JsonValues.text("value", value).getBytes(StandardCharsets.UTF_8).length;
        if (size > VALUE) {
            throw PlatformException.invalid("value", "has more than " + VALUE + " bytes");
        }
        return size + key.getBytes(StandardCharsets.UTF_8).length;
    }
}
