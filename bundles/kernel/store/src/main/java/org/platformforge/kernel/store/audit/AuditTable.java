package org.platformforge.kernel.store.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.store.database.SqlTime;
import org.platformforge.kernel.store.json.JsonText;

/** The audit records. */
final class AuditTable {
    /** Control characters, and halves of surrogate pairs. */
    private static final String UNPRINTABLE = "[\\p{Cntrl}\\p{Cs}]";

    private final JsonText json;

    AuditTable(JsonText json) {
        this.json = json;
    }

    /** A record as it is kept. */
    record Row(String tenantId, Instant at, AuditRecord record, String details) {}

    /** @throws IllegalArgumentException when the details are not JSON-compatible */
    Row row(String tenantId, Instant at, AuditRecord record) {
        return new Row(tenantId, at, record, json.write(record.details()));
    }

    /**
     * Too long or unprintable values are cut and cleaned, never refused: a client must not be able to keep its attempt
     * out of the log.
     */
    void insert(Connection connection, Row row) throws SQLException {
        AuditRecord record = row.record();
        Caller actor = record.actor();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store_audit"
                + " (tenant_id, id, recorded_at, actor, on_behalf_of, scheme, action, target, result, request_id,"
                + " address, user_agent, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, clean(row.tenantId(), 64));
            insert.setString(2, Ids.next("log_"));
            SqlTime.set(insert, 3, row.at());
            insert.setString(4, clean(actor.subject(), 128));
            insert.setString(5, clean(actor.onBehalfOf().orElse(null), 128));
            insert.setString(6, actor.scheme().name());
            insert.setString(7, clean(record.action(), 128));
            insert.setString(8, clean(record.target(), 256));
            insert.setString(9, clean(record.result(), 32));
            insert.setString(10, clean(actor.requestId(), 128));
            insert.setString(11, clean(actor.remoteAddress(), 64));
            insert.setString(12, clean(actor.userAgent(), 512));
            insert.setString(13, row.details());
            insert.executeUpdate();
        }
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
