package org.platformforge.kernel.api.store;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Events that become known exactly when the transaction that wrote them commits. Thread-safe. */
@ProviderType
public interface Outbox {
    /**
     * Writes an event in the transaction. After the commit it is handed to every {@link EventListener}, at least once
     * and in order per tenant.
     *
     * @param type a dotted name such as {@code provision.completed}
     * @param data JSON-compatible values; no secrets
     */
    void publish(Transaction tx, String type, Map<String, ?> data);
}
