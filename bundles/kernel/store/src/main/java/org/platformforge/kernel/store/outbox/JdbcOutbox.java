package org.platformforge.kernel.store.outbox;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.store.Outbox;
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
        if (type == null || type.isBlank() || type.length() > 128) {
            throw new IllegalArgumentException("An event type has 1 to 128 characters: " + type);
        }
        if (!(tx instanceof DatabaseTransaction transaction)) {
            throw new IllegalArgumentException("Not a transaction of this platform's store: " + tx);
        }
        EventTable.NewEvent event = new EventTable.NewEvent(Ids.next("evt_"), type, json.write(data));
        Batch batch = transaction.attached(this, () -> new Batch(transaction));
        batch.pending.add(event);
    }

    /** The events of one transaction, written together. */
    private final class Batch {
        private final List<EventTable.NewEvent> pending = new ArrayList<>();

        Batch(DatabaseTransaction transaction) {
            transaction.beforeCommit(connection -> write(transaction));
            transaction.afterCommit(wake);
        }

        private void write(DatabaseTransaction transaction) throws SQLException {
            events.append(transaction.connection(), transaction.tenantId(), transaction.now(), pending);
        }
    }
}
