package org.platformforge.infrastructure.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.infrastructure.resource.ResourceOrder;
import org.platformforge.infrastructure.resource.ResourceOrder.Status;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** Resources that the transaction's tenant asked for. Thread-safe. */
@Component(service = ResourceOrderTable.class)
public class ResourceOrderTable {
    private static final String SELECT = "SELECT id, type, provider, region, environment, specs, tags, status,"
            + " operation_id, problem, created_by, created_at FROM inf_resource WHERE tenant_id = ?";
    private static final int PROBLEM = 2000;

    private final Json json = new Json();

    public Optional<ResourceOrder> find(Transaction tx, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + " AND id = ?", this::row, tx.tenantId(), id);
    }

    /** Newest first. */
    public List<ResourceOrder> all(Transaction tx) throws SQLException {
        return Sql.list(tx.connection(), SELECT + " ORDER BY created_at DESC, id DESC", this::row, tx.tenantId());
    }

    public void insert(Transaction tx, ResourceOrder order) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO inf_resource (tenant_id, id, type, provider, region, environment, specs, tags, status,"
                        + " operation_id, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                tx.tenantId(),
                order.id(),
                order.type(),
                order.provider(),
                order.region(),
                order.environment(),
                json.write(order.specs()),
                json.write(order.tags()),
                order.status(),
                order.operationId(),
                order.createdBy(),
                order.createdAt());
    }

    /** @param problem null for none */
    public void status(Transaction tx, String id, Status status, String problem) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE inf_resource SET status = ?, problem = ? WHERE tenant_id = ? AND id = ?",
                status,
                problem == null ? null : Sql.fit(problem, PROBLEM),
                tx.tenantId(),
                id);
    }

    /** @return false when it is being provisioned or deleted, or gone */
    public boolean beginDeletion(Transaction tx, String id) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE inf_resource SET status = ? WHERE tenant_id = ? AND id = ? AND status IN (?, ?)",
                        Status.DELETING,
                        tx.tenantId(),
                        id,
                        Status.ACTIVE,
                        Status.FAILED)
                == 1;
    }

    public void operation(Transaction tx, String id, String operationId) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE inf_resource SET operation_id = ? WHERE tenant_id = ? AND id = ?",
                operationId,
                tx.tenantId(),
                id);
    }

    public void delete(Transaction tx, String id) throws SQLException {
        Sql.update(tx.connection(), "DELETE FROM inf_resource WHERE tenant_id = ? AND id = ?", tx.tenantId(), id);
    }

    private ResourceOrder row(ResultSet row) throws SQLException {
        return new ResourceOrder(
                row.getString("id"),
                row.getString("type"),
                row.getString("provider"),
                row.getString("region"),
                row.getString("environment"),
                json.readMap(row.getString("specs")),
                json.readMap(row.getString("tags")),
                Status.valueOf(row.getString("status")),
                row.getString("operation_id"),
                row.getString("problem"),
                row.getString("created_by"),
                Sql.instant(row, "created_at"));
    }
}
