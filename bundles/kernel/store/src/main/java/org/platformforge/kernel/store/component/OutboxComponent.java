package org.platformforge.kernel.store.component;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.outbox.JdbcOutbox;

/**
 * The outbox, which knows nobody who listens: a listener may write events of its own. Thread-safe.
 */
@Component(service = {Outbox.class, OutboxComponent.class})
public final class OutboxComponent implements Outbox {
    private static final Runnable NOBODY = () -> {};

    private final JdbcOutbox outbox;
    private volatile Runnable delivery = NOBODY;

    @Activate
    public OutboxComponent(@Reference Store store, @Reference StoreRuntime runtime) {
        this.outbox = new JdbcOutbox(DatabaseKind.of(store.databaseKind()), runtime.json(), () -> delivery.run());
    }

    /** @param wake called after each commit with events; returns at once; null when there is no delivery any more */
    void deliverBy(Runnable wake) {
        delivery = wake == null ? NOBODY : wake;
    }

    @Override
    public void publish(Transaction tx, String type, Map<String, ?> data) {
        outbox.publish(tx, type, data);
    }

    @Override
    public void publish(Transaction tx, String tenantId, String type, Map<String, ?> data) {
        outbox.publish(tx, tenantId, type, data);
    }
}
