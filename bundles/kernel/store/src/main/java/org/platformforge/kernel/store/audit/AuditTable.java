package org.platformforge.kernel.store.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.store.database.SqlTime;
import org.platformforge.kernel.store.json.JsonText;

/** The audit records. */
final class AuditTable {
    /** Control characters, and halves of surrogate pairs. */
    private static final String UNPRINTABLE = "[\\p{Cntrl}\\p{Cs}]";

    private static final String COLUMNS = "tenant_id, id, recorded_at, actor, on_behalf_of, scheme, action, target,"
            + " result, request_id, address, user_agent, details, sequence, key_id, previous_hash, hash, mac";

    private final JsonText json;

    AuditTable(JsonText json) {
        this.json = json;
    }

    /**
     * Too long or unprintable values are cut and cleaned, never refused: a client must not be able to keep its attempt
     * out of the log.
     *
     * @throws IllegalArgumentException when the details are not JSON-compatible
     */
    Row row(String tenantId, Instant at, AuditRecord record) {
        Caller actor = record.actor();
        return new Row(
                clean(tenantId, 64),
                Ids.next("log_"),
                at.truncatedTo(ChronoUnit.MICROS),
                clean(actor.subject(), 128),
                clean(actor.onBehalfOf().orElse(null), 128),
                actor.scheme().name(),
                clean(record.action(), 128),
                clean(record.target(), 256),
                clean(record.result(), 32),
                clean(actor.requestId(), 128),
                clean(actor.remoteAddress(), 64),
                clean(actor.userAgent(), 512),
                json.canonical(Redaction.of(record.details())));
    }

    static void insert(Connection connection, List<ChainedRow> rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store_audit (" + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (ChainedRow chained : rows) {
                bind(insert, chained);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void bind(PreparedStatement insert, ChainedRow chained) throws SQLException {
        Row row = chained.row();
        insert.setString(1, row.tenantId());
        insert.setString(2, row.id());
        SqlTime.set(insert, 3, row.at());
        insert.setString(4, row.actor());
        insert.setString(5, row.onBehalfOf());
        insert.setString(6, row.scheme());
        insert.setString(7, row.action());
        insert.setString(8, row.target());
        insert.setString(9, row.result());
        insert.setString(10, row.requestId());
        insert.setString(11, row.address());
        insert.setString(12, row.userAgent());
        insert.setString(13, row.details());
        insert.setLong(14, chained.sequence());
        insert.setString(15, chained.keyId());
        insert.setString(16, chained.previousHash());
        insert.setString(17, chained.hash());
        insert.setString(18, chained.mac());
    }

    /** A part of the tenant's chain, in order. */
    static List<ChainedRow> between(Connection connection, String tenantId, long first, long last) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS + " FROM store_audit"
                + " WHERE tenant_id = ? AND sequence >= ? AND sequence <= ? ORDER BY sequence")) {
            select.setString(1, tenantId);
            select.setLong(2, first);
            select.setLong(3, last);
            return rows(select);
        }
    }

    /**
     * @param order {@code ASC} or {@code DESC} by number
     * @param offset rows to skip
     */
    static List<ChainedRow> find(
            Connection connection, String tenantId, Where where, String order, int offset, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM store_audit" + where.sql() + " ORDER BY sequence " + order + " OFFSET "
                        + offset + " ROWS FETCH NEXT " + limit + " ROWS ONLY")) {
            where.bind(select, tenantId);
            return rows(select);
        }
    }

    static long count(Connection connection, String tenantId, Where where) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM store_audit" + where.sql())) {
            where.bind(select, tenantId);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Records that are older than the chain, oldest first. */
    static List<Row> unchained(Connection connection, String tenantId, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                + " FROM store_audit WHERE tenant_id = ? AND sequence IS NULL ORDER BY recorded_at, id FETCH FIRST "
                + limit + " ROWS ONLY")) {
            select.setString(1, tenantId);
            return rows(select).stream().map(ChainedRow::row).toList();
        }
    }

    static void remove(Connection connection, String tenantId, List<Row> unchained) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM store_audit WHERE tenant_id = ? AND id = ? AND sequence IS NULL")) {
            for (Row row : unchained) {
                delete.setString(1, tenantId);
                delete.setString(2, row.id());
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static List<ChainedRow> rows(PreparedStatement select) throws SQLException {
        List<ChainedRow> found = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(chained(row));
            }
        }
        return found;
    }

    private static ChainedRow chained(ResultSet row) throws SQLException {
        Row plain = new Row(
                row.getString("tenant_id"),
                row.getString("id"),
                SqlTime.get(row, "recorded_at"),
                row.getString("actor"),
                row.getString("on_behalf_of"),
                row.getString("scheme"),
                row.getString("action"),
                row.getString("target"),
                row.getString("result"),
                row.getString("request_id"),
                row.getString("address"),
                row.getString("user_agent"),
                row.getString("details"));
        return new ChainedRow(
                plain,
                row.getLong("sequence"),
                row.getString("key_id"),
                row.getString("previous_hash"),
                row.getString("hash"),
                row.getString("mac"));
    }

    private static String clean(String value, int longest) {
        if (value == null) {
            return null;
        }
        String printable = value.replaceAll(UNPRINTABLE, "\uFFFD");
        if (printable.length() <= longest) {
            return printable;
        }
        int end = Character.isHighSurrogate(printable.charAt(longest - 1)) ? longest - 1 : longest;
        return printable.substring(0, end);
    }
}
