package org.platformforge.kernel.extension.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.extension.wire.JsonValues;

/** All that an extension has stored in a tenant, taken out or away as a whole. Thread-safe. */
public final class TenantData {
    private static final int BATCH = 200;
    private static final List<String> TABLES =
            List.of("ext_index", "ext_indexed_field", "ext_document", "ext_value", "ext_usage");

    private final Store store;
    private final JsonValues json;

    private record Line(String key, long position, Map<String, Object> content) {}

    public TenantData(Store store, JsonValues json) {
        this.store = store;
        this.json = json;
    }

    /** In small transactions: who reads slowly holds up nobody. What changes meanwhile may be missing or there. */
    public void export(String tenantId, String extensionId, OutputStream out) throws IOException {
        List<Line> lines;
        String key = "";
        do {
            lines = values(tenantId, extensionId, key);
            key = write(lines, out, key);
        } while (lines.size() == BATCH);
        long position = 0;
        do {
            lines = documents(tenantId, extensionId, position);
            write(lines, out, "");
            position = lines.isEmpty() ? position : lines.get(lines.size() - 1).position();
        } while (lines.size() == BATCH);
    }

    private String write(List<Line> lines, OutputStream out, String last) throws IOException {
        for (Line line : lines) {
            out.write((json.line(line.content()) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return lines.isEmpty() ? last : lines.get(lines.size() - 1).key();
    }

    private List<Line> values(String tenantId, String extensionId, String after) {
        return store.call(
                tenantId,
                tx -> Sql.list(
                        tx.connection(),
                        "SELECT entry_key, version, entry_value FROM ext_value WHERE tenant_id = ? AND extension_id = ?"
                                + " AND entry_key > ? ORDER BY entry_key FETCH FIRST " + BATCH + " ROWS ONLY",
                        row -> {
                            Map<String, Object> content = new LinkedHashMap<>();
                            content.put("key", row.getString("entry_key"));
                            content.put("version", row.getLong("version"));
                            content.put("value", row.getString("entry_value"));
                            return new Line(row.getString("entry_key"), 0, content);
                        },
                        tenantId,
                        extensionId,
                        after));
    }

    private List<Line> documents(String tenantId, String extensionId, long after) {
        return store.call(
                tenantId,
                tx -> Sql.list(
                        tx.connection(),
                        "SELECT collection, id, position, version, created_at, updated_at, data FROM ext_document"
                                + " WHERE tenant_id = ? AND extension_id = ? AND position > ? ORDER BY position"
                                + " FETCH FIRST " + BATCH + " ROWS ONLY",
                        row -> {
                            Map<String, Object> content = new LinkedHashMap<>();
                            content.put("collection", row.getString("collection"));
                            content.put("id", row.getString("id"));
                            content.put("version", row.getLong("version"));
                            content.put(
                                    "created_at", Sql.instant(row, "created_at").toString());
                            content.put(
                                    "updated_at", Sql.instant(row, "updated_at").toString());
                            content.put("data", json.read(row.getString("data")));
                            return new Line("", row.getLong("position"), content);
                        },
                        tenantId,
                        extensionId,
                        after));
    }

    public void erase(String tenantId, String extensionId) {
        store.run(tenantId, tx -> {
            for (String table : TABLES) {
                Sql.update(
                        tx.connection(),
                        "DELETE FROM " + table + " WHERE tenant_id = ? AND extension_id = ?",
                        tenantId,
                        extensionId);
            }
        });
    }
}
