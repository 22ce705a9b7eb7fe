package org.platformforge.catalog.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.catalog.domain.Environment;
import org.platformforge.catalog.domain.FreezeWindow;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** The environments of the transaction's tenant. Thread-safe. */
@Component(service = EnvironmentTable.class)
public class EnvironmentTable {
    private static final Json JSON = new Json();
    private static final String SELECT = "SELECT tenant_id, name, type, cluster, namespace, auto_deploy, cpu_limit,"
            + " memory_limit, freeze_windows, created_at, updated_at FROM cat_environment WHERE tenant_id = ?";

    public Optional<Environment> find(Transaction tx, String name) throws SQLException {
        return Sql.first(tx.connection(), SELECT + " AND name = ?", EnvironmentTable::row, tx.tenantId(), name);
    }

    /** By name. */
    public List<Environment> all(Transaction tx) throws SQLException {
        return Sql.list(tx.connection(), SELECT + " ORDER BY name", EnvironmentTable::row, tx.tenantId());
    }

    /** @throws SQLException a unique violation when there is one of this name */
    public void insert(Transaction tx, Environment environment) throws SQLException {
        Sql.update(
                tx.connection(),
                "INSERT INTO cat_environment (type, cluster, namespace, auto_deploy, cpu_limit, memory_limit,"
                        + " freeze_windows, updated_at, created_at, tenant_id, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                environment.type(),
                environment.cluster(),
                environment.namespace(),
                environment.autoDeploy() ? 1 : 0,
                environment.cpuLimit(),
                environment.memoryLimit(),
                windows(environment),
                environment.updatedAt(),
                environment.createdAt(),
                tx.tenantId(),
                environment.name());
    }

    /** @return false when it is gone */
    public boolean update(Transaction tx, Environment environment) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE cat_environment SET type = ?, cluster = ?, namespace = ?, auto_deploy = ?,"
                                + " cpu_limit = ?, memory_limit = ?, freeze_windows = ?, updated_at = ? WHERE tenant_id = ? AND name = ?",
                        environment.type(),
                        environment.cluster(),
                        environment.namespace(),
                        environment.autoDeploy() ? 1 : 0,
                        environment.cpuLimit(),
                        environment.memoryLimit(),
                        windows(environment),
                        environment.updatedAt(),
                        tx.tenantId(),
                        environment.name())
                == 1;
    }

    /** @return false when it is gone */
    public boolean delete(Transaction tx, String name) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "DELETE FROM cat_environment WHERE tenant_id = ? AND name = ?",
                        tx.tenantId(),
                        name)
                == 1;
    }

    private static String windows(Environment environment) {
        return environment.freezeWindows().isEmpty() ? null : JSON.write(environment.freezeWindows());
    }

    private static Environment row(ResultSet row) throws SQLException {
        String windows = row.getString("freeze_windows");
        return new Environment(
                row.getString("tenant_id"),
                row.getString("name"),
                Environment.Type.valueOf(row.getString("type")),
                row.getString("cluster"),
                row.getString("namespace"),
                row.getInt("auto_deploy") == 1,
                row.getString("cpu_limit"),
                row.getString("memory_limit"),
                windows == null ? List.of() : List.of(JSON.read(windows, FreezeWindow[].class)),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }
}
