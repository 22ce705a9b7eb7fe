package org.platformforge.kernel.extension.data;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.extension.wire.JsonValues;

/** {@link DocumentStore} in the database. */
public final class Documents implements DocumentStore {
    private static final Pattern COLLECTION = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final int ID = 128;
    private static final int DATA = 256 << 10;
    private static final String COLLECTION_OF = " WHERE tenant_id = ? AND extension_id = ? AND collection = ?";
    private static final String ROW = COLLECTION_OF + " AND id = ?";
    private static final String SELECT =
            "SELECT id, position, version, created_at, updated_at, data, size_bytes FROM ext_document d";

    /** A document with where it stands and what it takes of the quota. */
    private record Row(
            String id, long position, long version, Instant createdAt, Instant updatedAt, String data, int size) {}

    private final Space space;
    private final String collection;
    private final Set<String> indexed;
    private final FieldIndex index;

    /** @param indexed the fields that can be asked for */
    public Documents(Space space, String collection, Set<String> indexed) {
        if (collection == null || !COLLECTION.matcher(collection).matches()) {
            throw PlatformException.invalid("collection", "must be 1 to 64 of a-z, 0-9, _ and -");
        }
        this.space = space;
        this.collection = collection;
        this.indexed = indexed;
        this.index = new FieldIndex(space, collection);
    }

    @Override
    public Optional<Document> find(String id) {
        checked(id);
        return space.call(tx -> row(tx, id)).map(this::document);
    }

    @Override
    public Document insert(Map<String, ?> data) {
        return insert(Ids.next("doc-"), data);
    }

    @Override
    public Document insert(String id, Map<String, ?> data) {
        checked(id);
        String text = text(data);
        Map<String, Object> copy = space.json().read(text);
        return space.call(tx -> {
            long position = space.lock(tx) + 1;
            if (row(tx, id).isPresent()) {
                throw PlatformException.of(ErrorKind.CONFLICT, "There is a document with this id")
                        .withDetail("id", id);
            }
            Instant now = tx.now();
            int size = size(id, text);
            Sql.update(
                    tx.connection(),
                    "INSERT INTO ext_document (tenant_id, extension_id, collection, id, position, version, created_at,"
                            + " updated_at, data, size_bytes) VALUES (?,?,?,?,?,1,?,?,?,?)",
                    space.tenantId,
                    space.extensionId,
                    collection,
                    id,
                    position,
                    now,
                    now,
                    text,
                    size);
            index.add(tx, position, copy);
            space.use(tx, 1, size, position);
            return new Document(id, 1, copy, now, now);
        });
    }

    @Override
    public Document replace(String id, long expectedVersion, Map<String, ?> data) {
        checked(id);
        String text = text(data);
        Map<String, Object> copy = space.json().read(text);
        return space.call(tx -> {
            long last = space.lock(tx);
            Row before = row(tx, id).orElseThrow(() -> PlatformException.notFound("Document", id));
            if (expectedVersion != 0 && expectedVersion != before.version()) {
                throw PlatformException.of(ErrorKind.CONFLICT, "The document has been changed")
                        .withDetail("version", before.version());
            }
            Instant now = tx.now();
            int size = size(id, text);
            long version = before.version() + 1;
            Sql.update(
                    tx.connection(),
                    "UPDATE ext_document SET version = ?, updated_at = ?, data = ?, size_bytes = ?" + ROW,
                    version,
                    now,
                    text,
                    size,
                    space.tenantId,
                    space.extensionId,
                    collection,
                    id);
            index.remove(tx, before.position());
            index.add(tx, before.position(), copy);
            space.use(tx, 0, size - before.size(), last);
            return new Document(id, version, copy, before.createdAt(), now);
        });
    }

    @Override
    public boolean delete(String id) {
        checked(id);
        return space.call(tx -> {
            long last = space.lock(tx);
            Optional<Row> before = row(tx, id);
            if (before.isEmpty()) {
                return false;
            }
            Sql.update(
                    tx.connection(),
                    "DELETE FROM ext_document" + ROW,
                    space.tenantId,
                    space.extensionId,
                    collection,
                    id);
            index.remove(tx, before.get().position());
            space.use(tx, -1, -before.get().size(), last);
            return true;
        });
    }

    @Override
    public Page<Document> list(Map<String, ?> equal, PageRequest page) {
        Map<String, String> wanted = wanted(equal);
        String position = Cursor.position(page);
        long after = position == null ? 0 : Cursor.number(position);
        return space.call(tx -> {
                    index.complete(tx, wanted.keySet());
                    StringBuilder where = new StringBuilder(COLLECTION_OF);
                    List<Object> values = new ArrayList<>(List.of(space.tenantId, space.extensionId, collection));
                    wanted.forEach((field, value) -> {
                        where.append(" AND EXISTS (SELECT 1 FROM ext_index i WHERE i.tenant_id = d.tenant_id"
                                + " AND i.extension_id = d.extension_id AND i.collection = d.collection"
                                + " AND i.field = ? AND i.field_value = ? AND i.position = d.position)");
                        values.add(field);
                        values.add(value);
                    });
                    long total = Sql.number(
                            tx.connection(), "SELECT COUNT(*) FROM ext_document d" + where, values.toArray());
                    values.add(after);
                    List<Row> rows = Sql.list(
                            tx.connection(),
                            SELECT + where + " AND d.position > ? ORDER BY d.position OFFSET "
                                    + (position == null ? page.offset() : 0) + " ROWS FETCH NEXT " + (page.limit() + 1)
                                    + " ROWS ONLY",
                            Documents::map,
                            values.toArray());
                    return Cursor.page(rows, page, total, row -> String.valueOf(row.position()));
                })
                .map(this::document);
    }

    private Map<String, String> wanted(Map<String, ?> equal) {
        Map<String, String> wanted = new TreeMap<>();
        equal.forEach((field, value) -> {
            if (!indexed.contains(field)) {
                throw PlatformException.invalid(
                        field, "The manifest declares no index for this field of " + collection);
            }
            wanted.put(
                    field,
                    FieldIndex.text(value)
                            .orElseThrow(() -> PlatformException.invalid(
                                    field, "must be compared with a text, a number or a boolean")));
        });
        return wanted;
    }

    private Optional<Row> row(Transaction tx, String id) throws SQLException {
        return Sql.first(
                tx.connection(), SELECT + ROW, Documents::map, space.tenantId, space.extensionId, collection, id);
    }

    private static Row map(ResultSet row) throws SQLException {
        return new Row(
                row.getString("id"),
                row.getLong("position"),
                row.getLong("version"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"),
                row.getString("data"),
                row.getInt("size_bytes"));
    }

    private Document document(Row row) {
        return new Document(row.id(), row.version(), space.json().read(row.data()), row.createdAt(), row.updatedAt());
    }

    private static void checked(String id) {
        if (id == null || id.isEmpty() || id.length() > ID) {
            throw PlatformException.invalid("id", "must have 1 to " + ID + " characters");
        }
        JsonValues.text("id", id);
    }

    private String text(Map<String, ?> data) {
        if (data == null) {
            throw PlatformException.invalid("data", "must not be null");
        }
        String text = space.json().write("data", data);
        if (text.length() > DATA || text.getBytes(StandardCharsets.UTF_8).length > DATA) {
            throw PlatformException.invalid("data", "has more than " + DATA + " bytes as JSON");
        }
        return text;
    }

    private static int size(String id, String text) {
        return id.getBytes(StandardCharsets.UTF_8).length + text.getBytes(StandardCharsets.UTF_8).length;
    }
}
