package org.platformforge.kernel.extension.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.extension.wire.JsonValues;

/**
 * Which documents of a collection have which value in a field. A field is indexed from the first time it is asked for, with
 * all that is there by then; after that every write keeps it, whatever version of the extension writes. So a new version
 * may ask for fields the older one did not know, and an older one cannot make the index wrong.
 */
final class FieldIndex {
    private static final int LONGEST = 200;
    private static final String COLLECTION_OF = " WHERE tenant_id = ? AND extension_id = ? AND collection = ?";

    private record Stored(long position, String data) {}

    private final Space space;
    private final String collection;

    FieldIndex(Space space, String collection) {
        this.space = space;
        this.collection = collection;
    }

    /** After {@link Space#lock}. */
    void add(Transaction tx, long position, Map<String, Object> data) throws SQLException {
        for (String field : fields(tx)) {
            add(tx, field, position, data.get(field));
        }
    }

    private void add(Transaction tx, String field, long position, Object value) throws SQLException {
        Optional<String> text = text(value);
        if (text.isPresent()) {
            Sql.update(
                    tx.connection(),
                    "INSERT INTO ext_index (tenant_id, extension_id, collection, field, field_value, position)"
                            + " VALUES (?,?,?,?,?,?)",
                    space.tenantId,
                    space.extensionId,
                    collection,
                    field,
                    text.get(),
                    position);
        }
    }

    void remove(Transaction tx, long position) throws SQLException {
        Sql.update(
                tx.connection(),
                "DELETE FROM ext_index" + COLLECTION_OF + " AND position = ?",
                space.tenantId,
                space.extensionId,
                collection,
                position);
    }

    /** Makes sure that the fields are indexed. */
    void complete(Transaction tx, Set<String> wanted) throws SQLException {
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(fields(tx));
        if (missing.isEmpty()) {
            return;
        }
        // nobody writes meanwhile, and somebody else may have been faster
        space.lock(tx);
        missing.removeAll(fields(tx));
        for (String field : missing) {
            Sql.update(
                    tx.connection(),
                    "INSERT INTO ext_indexed_field (tenant_id, extension_id, collection, field) VALUES (?,?,?,?)",
                    space.tenantId,
                    space.extensionId,
                    collection,
                    field);
        }
        List<Stored> all = missing.isEmpty()
                ? List.of()
                : Sql.list(
                        tx.connection(),
                        "SELECT position, data FROM ext_document" + COLLECTION_OF,
                        row -> new Stored(row.getLong("position"), row.getString("data")),
                        space.tenantId,
                        space.extensionId,
                        collection);
        for (Stored document : all) {
            Map<String, Object> data = space.json().read(document.data());
            for (String field : missing) {
                add(tx, field, document.position(), data.get(field));
            }
        }
    }

    private Set<String> fields(Transaction tx) throws SQLException {
        return Set.copyOf(Sql.list(
                tx.connection(),
                "SELECT field FROM ext_indexed_field" + COLLECTION_OF,
                row -> row.getString("field"),
                space.tenantId,
                space.extensionId,
                collection));
    }

    /** A value as it stands in the index; empty for what cannot be asked for. */
    static Optional<String> text(Object value) {
        if (value instanceof String string) {
            return Optional.of(
                    string.length() > LONGEST ? "h:" + sha256(string) : "s:" + JsonValues.text("value", string));
        }
        if (value instanceof Boolean flag) {
            return Optional.of("b:" + flag);
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? number(BigDecimal.valueOf(number)) : Optional.empty();
        }
        if (value instanceof BigDecimal number) {
            return number(number);
        }
        if (value instanceof BigInteger number) {
            return number(new BigDecimal(number));
        }
        return value instanceof Number number ? number(BigDecimal.valueOf(number.longValue())) : Optional.empty();
    }

    private static Optional<String> number(BigDecimal number) {
        String text = number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
        return Optional.of(text.length() > LONGEST ? "h:" + sha256(text) : "n:" + text);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
