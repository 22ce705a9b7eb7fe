package org.platformforge.kernel.extension.point;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Since when which tenant has which extension, over restarts and on all nodes: so that a node which has not yet been told
 * of a tenant does not pass over its events. Thread-safe.
 */
public final class Subscriptions {
    private static final String ROW = " WHERE tenant_id = ? AND extension_id = ?";

    /** A tenant that has the extension. */
    record Subscription(String tenantId, String extensionId) {}

    private final Store store;

    public Subscriptions(Store store) {
        this.store = store;
    }

    /** @return since when the tenant has it: from now on, or from before */
    Instant subscribe(String tenantId, String extensionId) {
        return store.call(tenantId, tx -> {
            Sql.insertIfAbsent(
                    tx.connection(),
                    "postgresql".equals(store.databaseKind()),
                    "INSERT INTO ext_subscription (tenant_id, extension_id, since) VALUES (?,?,?)",
                    tenantId,
                    extensionId,
                    tx.now());
            return since(tx, tenantId, extensionId).orElseThrow();
        });
    }

    void unsubscribe(String tenantId, String extensionId) {
        store.run(
                tenantId,
                tx -> Sql.update(tx.connection(), "DELETE FROM ext_subscription" + ROW, tenantId, extensionId));
    }

    Optional<Instant> since(String tenantId, String extensionId) {
        return store.call(tenantId, tx -> since(tx, tenantId, extensionId));
    }

    private static Optional<Instant> since(Transaction tx, String tenantId, String extensionId) throws SQLException {
        return Sql.first(
                tx.connection(),
                "SELECT since FROM ext_subscription" + ROW,
                row -> Sql.instant(row, "since"),
                tenantId,
                extensionId);
    }

    List<Subscription> all() {
        return store.call(
                Store.ALL_TENANTS,
                tx -> Sql.list(
                        tx.connection(),
                        "SELECT tenant_id, extension_id FROM ext_subscription",
                        row -> new Subscription(row.getString("tenant_id"), row.getString("extension_id"))));
    }
}
