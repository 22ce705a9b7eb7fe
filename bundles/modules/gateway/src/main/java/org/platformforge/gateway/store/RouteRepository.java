package org.platformforge.gateway.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.platformforge.gateway.domain.Route;
import org.platformforge.gateway.domain.Upstream;
import org.platformforge.kernel.api.store.Transaction;

/** The rows of {@code gw_route}; a row has no life besides its key, so plain SQL is all it needs. Thread-safe. */
@Component(service = RouteRepository.class)
public class RouteRepository {
    private static final String COLUMNS =
            "tenant_id, resource_id, provision_id, label, upstream, backend, service, environment, upstreams";

    /** All routes the transaction's tenant may see. */
    public List<Route> all(Transaction tx) throws SQLException {
        try (PreparedStatement query = tx.connection().prepareStatement("SELECT " + COLUMNS + " FROM gw_route");
                ResultSet row = query.executeQuery()) {
            List<Route> routes = new ArrayList<>();
            while (row.next()) {
                routes.add(new Route(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        upstreams(row),
                        row.getString(7),
                        row.getString(8)));
            }
            return routes;
        }
    }

    /** A route that an earlier version wrote has one. */
    private static List<Upstream> upstreams(ResultSet row) throws SQLException {
        String all = row.getString(9);
        return all == null ? List.of(new Upstream(row.getString(5), row.getString(6), 1)) : Upstream.read(all);
    }

    /** Writes the route of its resource, new or changed; a label that another resource has is a unique violation. */
    public void save(Transaction tx, Route route) throws SQLException {
        try (PreparedStatement update = tx.connection()
                .prepareStatement("UPDATE gw_route SET provision_id = ?, label = ?, upstream = ?, backend = ?,"
                        + " service = ?, environment = ?, upstreams = ? WHERE tenant_id = ? AND resource_id = ?")) {
            values(update, route);
            if (update.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO gw_route (provision_id, label, upstream, backend, service, environment,"
                        + " upstreams, tenant_id, resource_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            values(insert, route);
            insert.executeUpdate();
        }
    }

    private static void values(PreparedStatement statement, Route route) throws SQLException {
        statement.setString(1, route.provisionId());
        statement.setString(2, route.label());
        // for the module's earlier version, which may still run beside this one
        statement.setString(3, route.upstreams().get(0).address());
        statement.setString(4, route.upstreams().get(0).backend());
        statement.setString(5, route.service());
        statement.setString(6, route.environment());
        statement.setString(7, Upstream.write(route.upstreams()));
        statement.setString(8, route.tenantId());
        statement.setString(9, route.resourceId());
    }

    /** Removes the route of a resource, if there is one. */
    public void delete(Transaction tx, String resourceId) throws SQLException {
        try (PreparedStatement delete =
                tx.connection().prepareStatement("DELETE FROM gw_route WHERE resource_id = ?")) {
            delete.setString(1, resourceId);
            delete.executeUpdate();
        }
    }
}
