package org.platformforge.catalog.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.catalog.domain.Service;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** The services of the transaction's tenant. Thread-safe. */
@Component(service = ServiceTable.class)
public class ServiceTable {
    private static final String SELECT = "SELECT tenant_id, id, name, description, owner, repository, endpoints,"
            + " dependencies, build_spec, run_spec, sealed, origin, created_at, updated_at FROM cat_service"
            + " WHERE tenant_id = ?";

    private final Json json = new Json();

    public Optional<Service> find(Transaction tx, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + " AND id = ?", this::row, tx.tenantId(), id);
    }

    /** By id. */
    public List<Service> all(Transaction tx) throws SQLException {
        return Sql.list(tx.connection(), SELECT + " ORDER BY id", this::row, tx.tenantId());
    }

    /** @throws SQLException a unique violation when there is one with this id */
    public void insert(Transaction tx, Service service) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO cat_service (name, description, owner, repository, endpoints, dependencies, build_spec,"
                        + " run_spec, sealed, origin, updated_at, created_at, tenant_id, id)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values(service, service.createdAt(), tx.tenantId(), service.id()));
    }

    /** @return false when it is gone */
    public boolean update(Transaction tx, Service service) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE cat_service SET name = ?, description = ?, owner = ?, repository = ?, endpoints = ?,"
                                + " dependencies = ?, build_spec = ?, run_spec = ?, sealed = ?, origin = ?,"
                                + " updated_at = ? WHERE tenant_id = ? AND id = ?",
                        values(service, tx.tenantId(), service.id()))
                == 1;
    }

    private Object[] values(Service service, Object... more) {
        Object[] own = {
            service.name(),
            service.description(),
            service.owner(),
            service.repository(),
            json.write(service.endpoints()),
            json.write(service.dependencies()),
            json.write(service.build()),
            json.write(service.run()),
            service.sealed(),
            service.origin(),
            service.updatedAt()
        };
        Object[] all = new Object[own.length + more.length];
        System.arraycopy(own, 0, all, 0, own.length);
        System.arraycopy(more, 0, all, own.length, more.length);
        return all;
    }

    /** @return false when it is gone */
    public boolean delete(Transaction tx, String id) throws SQLException {
        return Sql.update(tx.connection(), "DELETE FROM cat_service WHERE tenant_id = ? AND id = ?", tx.tenantId(), id)
                == 1;
    }

    private Service row(ResultSet row) throws SQLException {
        return new Service(
                row.getString("tenant_id"),
                row.getString("id"),
                row.getString("name"),
                row.getString("description"),
                row.getString("owner"),
                row.getString("repository"),
                json.readList(row.getString("endpoints")),
                json.readList(row.getString("dependencies")),
                json.read(row.getString("build_spec"), Build.class),
                json.read(row.getString("run_spec"), Run.class),
                row.getString("sealed"),
                row.getString("origin"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }
}
