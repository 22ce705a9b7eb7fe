package org.platformforge.marketplace.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.domain.HistoryEntry;
import org.platformforge.marketplace.domain.Json;

/** What was done to installations; outlives them. Plain SQL, as {@link InstallationTable}. Thread-safe. */
@Component(service = HistoryTable.class)
public final class HistoryTable {
    private static final int LONGEST_MESSAGE = 2000;

    private final Json json = new Json();

    public void insert(Transaction tx, String tenantId, HistoryEntry entry) throws SQLException {
        try (PreparedStatement insert = tx.connection()
                .prepareStatement(
                        "INSERT INTO mkt_history (tenant_id, id, installation_id, extension_id, action, result,"
                                + " from_version, to_version, message, figures, operation_id, actor, at_time)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            String message = entry.message();
            insert.setString(1, tenantId);
            insert.setString(2, entry.id());
            insert.setString(3, entry.installationId());
            insert.setString(4, entry.extensionId());
            insert.setString(5, entry.action());
            insert.setString(6, entry.result());
            insert.setString(7, entry.fromVersion());
            insert.setString(8, entry.toVersion());
            insert.setString(
                    9,
                    message == null || message.length() <= LONGEST_MESSAGE
                            ? message
                            : message.substring(0, LONGEST_MESSAGE - 3) + "...");
            insert.setString(10, json.write(entry.figures()));
            insert.setString(11, entry.operationId());
            insert.setString(12, entry.actor());
            insert.setTimestamp(13, Timestamp.from(entry.at()));
            insert.executeUpdate();
        }
    }

    /** Newest first. */
    public List<HistoryEntry> of(Transaction tx, String tenantId, String extensionId, int most) throws SQLException {
        List<HistoryEntry> entries = new ArrayList<>();
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT id, installation_id, extension_id, action, result, from_version, to_version,"
                        + " message, figures, operation_id, actor, at_time FROM mkt_history"
                        + " WHERE tenant_id = ? AND extension_id = ? ORDER BY at_time DESC, id DESC"
                        + " FETCH FIRST ? ROWS ONLY")) {
            query.setString(1, tenantId);
            query.setString(2, extensionId);
            query.setInt(3, most);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.add(new HistoryEntry(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7),
                            row.getString(8),
                            json.readMaps(row.getString(9)),
                            row.getString(10),
                            row.getString(11),
                            row.getTimestamp(12).toInstant()));
                }
            }
        }
        return entries;
    }
}
