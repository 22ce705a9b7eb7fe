package org.platformforge.provisioning.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.Fault;
import org.platformforge.provisioning.domain.ProvisionStatus;

/**
 * Brings a provision to its end within the transaction that ends its operation. That one belongs to the persistence
 * unit of the operations, so this is plain SQL on its connection. Thread-safe.
 */
@Component(service = ProvisionEnd.class)
public final class ProvisionEnd {
    /**
     * Sets the final state; the secrets are forgotten unless the provision has failed and may be tried again.
     *
     * @return false when it had ended before
     */
    public boolean write(Transaction tx, String tenantId, String id, ProvisionStatus status, Fault fault)
            throws SQLException {
        String forget = status == ProvisionStatus.FAILED ? "" : ", sealed_parameters = NULL";
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE prov_provision SET status = ?, error_code = ?, error_message = ?,"
                        + " finished_at = ?, version = version + 1" + forget
                        + " WHERE tenant_id = ? AND id = ? AND status IN ('IN_PROGRESS', 'ROLLING_BACK')")) {
            update.setString(1, status.name());
            update.setString(2, fault == null ? null : fault.code());
            update.setString(3, fault == null ? null : fault.message());
            update.setTimestamp(4, Timestamp.from(tx.now()));
            update.setString(5, tenantId);
            update.setString(6, id);
            return update.executeUpdate() == 1;
        }
    }

    /** Marks what compensation could not remove, so that its removal is tried again until the engine confirms it. */
    public List<String> markLeftovers(Transaction tx, String tenantId, String provisionId) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE prov_resource SET status = 'DELETING', updated_at = ?, version = version + 1"
                        + " WHERE tenant_id = ? AND provision_id = ? AND status <> 'DELETING'")) {
            update.setTimestamp(1, Timestamp.from(tx.now()));
            update.setString(2, tenantId);
            update.setString(3, provisionId);
            update.executeUpdate();
        }
        return resources(tx, tenantId, provisionId);
    }

    private static List<String> resources(Transaction tx, String tenantId, String provisionId) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement query = tx.connection()
                .prepareStatement("SELECT id FROM prov_resource WHERE tenant_id = ? AND provision_id = ?")) {
            query.setString(1, tenantId);
            query.setString(2, provisionId);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }
}
