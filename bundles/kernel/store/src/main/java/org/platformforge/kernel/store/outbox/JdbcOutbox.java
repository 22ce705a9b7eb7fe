package org.platformforge.kernel.store.outbox;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.tx.DatabaseTransaction;

/**
 * Writes events at the very end of the transaction that publishes them: numbering locks the tenant's sequence, which
 * is so held for the commit alone.
 */
public final class JdbcOutbox implements Outbox {
    private final EventTable events;
    private final JsonText json;
    private final Runnable wake;

    /** @param wake called after each commit with events; returns at once */
    public JdbcOutbox(DatabaseKind kind, JsonText json, Runnable wake) {
        this.events = new EventTable(kind, json);
        this.json = json;
        this.wake = wake;
    }

    @Override
    public void publish(Transaction tx, String type, Map<String, ?> data) {
        publish(tx, tx.tenantId(), type, data);
    }

    @Override
    public void publish(Transaction tx, String tenantId, String type, Map<String, ?> data) {
        if (type == null || type.isBlank() || type.length() > 128) {
            throw new IllegalArgumentException("An event type has 1 to 128 characters: " + type);
        }
        if (!(tx instanceof DatabaseTransaction transaction)) {
            throw new IllegalArgumentException("Not a transaction of this platform's store: " + tx);
        }
        checkTenant(transaction, tenantId, type);
        EventTable.NewEvent event = new EventTable.NewEvent(Ids.next("evt_"), type, json.write(data));
        transaction.attached(this, () -> new Batch(transaction)).add(tenantId, event);
    }

    private static void checkTenant(Transaction tx, String tenantId, String type) {
        if (tenantId == null || tenantId.isBlank() || tenantId.equals(Store.ALL_TENANTS)) {
            throw new IllegalArgumentException("The event " + type + " needs the tenant it belongs to");
        }
        if (!tx.tenantId().equals(Store.ALL_TENANTS) && !tx.tenantId().equals(tenantId)) {
            throw new IllegalArgumentException("The event " + type + " is of another tenant than its transaction");
        }
    }

    /** The events of one transaction, written together; tenants in one order everywhere, so that none deadlock. */
    private final class Batch {
        private final SortedMap<String, List<EventTable.NewEvent>> pending = new TreeMap<>();

        Batch(DatabaseTransaction transaction) {
            transaction.beforeCommit(DatabaseTransaction.Order.EVENTS, connection -> write(transaction));
            transaction.afterCommit(wake);
        }

        void add(String tenantId, EventTable.NewEvent event) {
            pending.computeIfAbsent(tenantId, tenant -> new ArrayList<>()).add(event);
        }

        private void write(DatabaseTransaction transaction) throws SQLException {
            for (Map.Entry<String, List<EventTable.NewEvent>> tenant : pending.entrySet()) {
                events.append(transaction.connection(), tenant.getKey(), transaction.now(), tenant.getValue());
            }
        }
    }
}
