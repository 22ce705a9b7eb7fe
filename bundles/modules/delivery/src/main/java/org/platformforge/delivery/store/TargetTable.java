package org.platformforge.delivery.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Services in environments. The tenant is a parameter, because the transaction that ends an operation is not of one tenant.
 * Thread-safe.
 */
@Component(service = TargetTable.class)
public class TargetTable {
    private static final String SELECT = "SELECT tenant_id, service, environment, id, host, route_id, last_number,"
            + " current_release, running_release FROM dlv_target WHERE tenant_id = ?";
    private static final String KEY = " WHERE tenant_id = ? AND service = ? AND environment = ?";

    public Optional<TargetRow> find(Transaction tx, String tenantId, String service, String environment)
            throws SQLException {
        return Sql.first(
                tx.connection(),
                SELECT + " AND service = ? AND environment = ?",
                TargetTable::row,
                tenantId,
                service,
                environment);
    }

    public Optional<TargetRow> byId(Transaction tx, String tenantId, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + " AND id = ?", TargetTable::row, tenantId, id);
    }

    public List<TargetRow> ofService(Transaction tx, String tenantId, String service) throws SQLException {
        return Sql.list(
                tx.connection(), SELECT + " AND service = ? ORDER BY environment", TargetTable::row, tenantId, service);
    }

    public List<TargetRow> ofEnvironment(Transaction tx, String tenantId, String environment) throws SQLException {
        return Sql.list(
                tx.connection(),
                SELECT + " AND environment = ? ORDER BY service",
                TargetTable::row,
                tenantId,
                environment);
    }

    /** Lets no other transaction that locks the environment go on until this one ends. */
    public void lockEnvironment(Transaction tx, String tenantId, String environment) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE dlv_target SET last_number = last_number WHERE tenant_id = ? AND environment = ?",
                tenantId,
                environment);
    }

    public void insert(Transaction tx, TargetRow target) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO dlv_target (tenant_id, service, environment, id, host, route_id, last_number)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                target.tenantId(),
                target.service(),
                target.environment(),
                target.id(),
                target.host(),
                target.routeId(),
                target.lastNumber());
    }

    /** Takes the lock for a new release and counts its number. @return false when another one has the lock */
    public boolean begin(Transaction tx, TargetRow target, String releaseId) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE dlv_target SET running_release = ?, last_number = last_number + 1" + KEY
                                + " AND running_release IS NULL",
                        releaseId,
                        target.tenantId(),
                        target.service(),
                        target.environment())
                == 1;
    }

    /** Takes the lock, or finds that it has it. */
    public boolean claim(Transaction tx, TargetRow target, String holder) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE dlv_target SET running_release = ?" + KEY
                                + " AND (running_release IS NULL OR running_release = ?)",
                        holder,
                        target.tenantId(),
                        target.service(),
                        target.environment(),
                        holder)
                == 1;
    }

    /** Gives the lock back and says what serves from now on. Does nothing for who does not have the lock. */
    public void end(Transaction tx, TargetRow target, String holder, String current) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE dlv_target SET running_release = NULL, current_release = ?" + KEY + " AND running_release = ?",
                current,
                target.tenantId(),
                target.service(),
                target.environment(),
                holder);
    }

    private static TargetRow row(ResultSet row) throws SQLException {
        return new TargetRow(
                row.getString("tenant_id"),
                row.getString("service"),
                row.getString("environment"),
                row.getString("id"),
                row.getString("host"),
                row.getString("route_id"),
                row.getInt("last_number"),
                row.getString("current_release"),
                row.getString("running_release"));
    }
}
