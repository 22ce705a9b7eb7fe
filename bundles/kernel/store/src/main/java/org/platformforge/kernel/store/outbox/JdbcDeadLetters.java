package org.platformforge.kernel.store.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.DeadLetters;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.json.JsonText;

/** The dead letters of this database. */
public final class JdbcDeadLetters implements DeadLetters {
    /** Few enough for Derby's row locks and for any statement time-out. */
    private static final int AT_ONCE = 100;

    private final Store store;
    private final AuditLog audit;
    private final Runnable requested;
    private final DeadLetterTable table;

    /** @param requested run when events are to be delivered again; returns at once */
    public JdbcDeadLetters(Store store, JsonText json, AuditLog audit, Runnable requested) {
        this.store = store;
        this.audit = audit;
        this.requested = requested;
        this.table = new DeadLetterTable(json);
    }

    @FunctionalInterface
    private interface Batch {
        List<DeadLetter> of(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    private interface Change {
        void of(Transaction tx, DeadLetter letter) throws SQLException;
    }

    @Override
    public List<DeadLetter> list(Selection selection, int limit) {
        int clamped = Math.max(1, Math.min(MOST, limit));
        return store.call(Store.ALL_TENANTS, tx -> table.find(tx.connection(), selection, clamped));
    }

    @Override
    public int retry(Caller actor, Selection selection) {
        int changed = change(
                actor,
                "event.retry",
                connection -> table.atRest(connection, selection, AT_ONCE),
                (tx, letter) -> table.request(tx.connection(), letter, tx.now()));
        if (changed == 0 && list(selection, 1).isEmpty()) {
            throw none(selection);
        }
        requested.run();
        return changed;
    }

    @Override
    public int discard(Caller actor, Selection selection) {
        int changed = change(
                actor,
                "event.discard",
                connection -> table.find(connection, selection, AT_ONCE),
                (tx, letter) -> table.delete(tx.connection(), letter));
        if (changed == 0) {
            throw none(selection);
        }
        requested.run(); // for the count of them alone
        return changed;
    }

    private static PlatformException none(Selection selection) {
        return PlatformException.notFound("Dead letter", selection.eventId() == null ? "" : selection.eventId());
    }

    /** Batch by batch, each with its audit records in one transaction. */
    private int change(Caller actor, String action, Batch batch, Change change) {
        int changed = 0;
        int last;
        do {
            last = store.call(Store.ALL_TENANTS, tx -> {
                List<DeadLetter> letters = batch.of(tx.connection());
                for (DeadLetter letter : letters) {
                    change.of(tx, letter);
                    audit.append(
                            tx,
                            AuditRecord.success(actor, action, letter.event().id(), details(letter)));
                }
                return letters.size();
            });
            changed += last;
        } while (last == AT_ONCE);
        return changed;
    }

    private static Map<String, Object> details(DeadLetter letter) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("tenant_id", letter.event().tenantId());
        details.put("listener", letter.listener());
        details.put("type", letter.event().type());
        details.put("sequence", letter.event().sequence());
        details.put("failures", letter.failures());
        return details;
    }
}
