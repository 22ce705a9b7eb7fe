package org.platformforge.provisioning.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.Claim;

/**
 * Who has which name. Plain SQL: the rows have no life of their own, their key is all there is to them, and the
 * transaction that ends an operation is not one of this module's persistence unit. Thread-safe.
 */
@Component(service = ClaimTable.class)
public final class ClaimTable {
    private static final String DUPLICATE = "23505";

    /** The provision that has a name, and whose it is. */
    public record Holder(String tenantId, String provisionId) {}

    /** Names of other tenants are seen in a cross-tenant transaction only. */
    public Optional<Holder> holder(Transaction tx, Claim claim) throws SQLException {
        try (PreparedStatement query = tx.connection()
                .prepareStatement(
                        "SELECT tenant_id, provision_id FROM prov_claim WHERE scope = ? AND kind = ? AND name = ?")) {
            key(query, 1, claim);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(new Holder(row.getString(1), row.getString(2))) : Optional.empty();
            }
        }
    }

    /** @return false when somebody else has the name; the transaction can only be rolled back then */
    public boolean take(Transaction tx, String provisionId, Claim claim) throws SQLException {
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO prov_claim (tenant_id, provision_id, resource_id, scope, kind, name)"
                        + " VALUES (?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, tx.tenantId());
            insert.setString(2, provisionId);
            insert.setString(3, claim.resourceId());
            key(insert, 4, claim);
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (DUPLICATE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    public void releaseOfResource(Transaction tx, String tenantId, String resourceId) throws SQLException {
        release(tx, "DELETE FROM prov_claim WHERE tenant_id = ? AND resource_id = ?", tenantId, resourceId);
    }

    public void releaseOfProvision(Transaction tx, String tenantId, String provisionId) throws SQLException {
        release(tx, "DELETE FROM prov_claim WHERE tenant_id = ? AND provision_id = ?", tenantId, provisionId);
    }

    private static void release(Transaction tx, String sql, String tenantId, String id) throws SQLException {
        try (PreparedStatement delete = tx.connection().prepareStatement(sql)) {
            delete.setString(1, tenantId);
            delete.setString(2, id);
            delete.executeUpdate();
        }
    }

    /** Provisions of the tenant that hold a service name: those that run or have resources. */
    public long liveProvisions(Transaction tx) throws SQLException {
        try (PreparedStatement query =
                tx.connection().prepareStatement("SELECT COUNT(*) FROM prov_claim WHERE tenant_id = ? AND kind = ?")) {
            query.setString(1, tx.tenantId());
            query.setString(2, Claim.SERVICE);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * Lets one transaction of the tenant in at a time; the others wait for its end.
     *
     * @throws SQLTransactionRollbackException for the loser of two that are a tenant's first; the store tries it again
     */
    public void lockAdmission(Transaction tx) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE prov_admission SET admitted = admitted + 1 WHERE tenant_id = ?")) {
            update.setString(1, tx.tenantId());
            if (update.executeUpdate() == 0) {
                insertAdmission(tx);
            }
        }
    }

    private static void insertAdmission(Transaction tx) throws SQLException {
        try (PreparedStatement insert =
                tx.connection().prepareStatement("INSERT INTO prov_admission (tenant_id, admitted) VALUES (?, 1)")) {
            insert.setString(1, tx.tenantId());
            insert.executeUpdate();
        } catch (SQLException e) {
            if (DUPLICATE.equals(e.getSQLState())) {
                throw new SQLTransactionRollbackException("Another transaction opened the tenant", "40001", e);
            }
            throw e;
        }
    }

    private static void key(PreparedStatement statement, int from, Claim claim) throws SQLException {
        statement.setString(from, claim.scope());
        statement.setString(from + 1, claim.kind());
        statement.setString(from + 2, claim.name());
    }
}
