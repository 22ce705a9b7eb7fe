package org.platformforge.kernel.api.store;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Events that become known exactly when the transaction that wrote them commits. Thread-safe. */
@ProviderType
public interface Outbox {
    /**
     * Writes an event of the transaction's tenant. After the commit it is handed to every {@link EventListener}, at
     * least once and in order per tenant.
     *
     * @param type a dotted name such as {@code provision.completed}
     * @param data JSON-compatible values; no secrets
     * @throws IllegalArgumentException in a transaction of {@link Store#ALL_TENANTS}, which has no tenant an event
     *     could belong to
     */
    void publish(Transaction tx, String type, Map<String, ?> data);

    /**
     * The same for cross-tenant work, which knows whose event it is: a login that finds its user only then.
     *
     * @param tenantId whose event it is; in a transaction of one tenant, that tenant
     * @throws IllegalArgumentException for another tenant than the transaction's, and for {@link Store#ALL_TENANTS}
     */
    void publish(Transaction tx, String tenantId, String type, Map<String, ?> data);
}
