package org.platformforge.provisioning.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.Fault;
import org.platformforge.provisioning.domain.Json;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceStatus;
import org.platformforge.provisioning.store.RecentRows.Row;

/** Reads a row of {@code prov_resource} without making an entity of it. Stateless. */
final class ResourceRow {
    private static final String SELECT = "SELECT id, tenant_id, provision_id, name, type, engine, service, environment,"
            + " status, depends_on, properties, outputs, sealed_outputs, facts, delete_operation_id, error_code,"
            + " error_message, created_at, updated_at, version FROM prov_resource WHERE tenant_id = ? AND id = ?";
    private static final String VERSION = "SELECT version FROM prov_resource WHERE tenant_id = ? AND id = ?";

    private ResourceRow() {}

    static OptionalLong version(Transaction tx, String id) throws SQLException {
        try (PreparedStatement query = tx.connection().prepareStatement(VERSION)) {
            query.setString(1, tx.tenantId());
            query.setString(2, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    static Optional<Row> read(Transaction tx, String id, Json json) throws SQLException {
        try (PreparedStatement query = tx.connection().prepareStatement(SELECT)) {
            query.setString(1, tx.tenantId());
            query.setString(2, id);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Resource resource = resource(row, json);
                return Optional.of(new Row(row.getLong(20), resource));
            }
        }
    }

    /** In the order of the columns, each once: Derby streams large texts. Times as InstantConverter reads them. */
    private static Resource resource(ResultSet row, Json json) throws SQLException {
        return new Resource(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                ResourceStatus.valueOf(row.getString(9)),
                Collections.unmodifiableList(json.readList(row.getString(10))),
                Collections.unmodifiableMap(json.readMap(row.getString(11))),
                Collections.unmodifiableMap(json.readTexts(row.getString(12))),
                row.getString(13),
                Collections.unmodifiableMap(json.readTexts(row.getString(14))),
                row.getString(15),
                fault(row.getString(16), row.getString(17)),
                row.getTimestamp(18).toInstant(),
                row.getTimestamp(19).toInstant());
    }

    private static Fault fault(String code, String message) {
        return code == null ? null : new Fault(code, message);
    }
}
