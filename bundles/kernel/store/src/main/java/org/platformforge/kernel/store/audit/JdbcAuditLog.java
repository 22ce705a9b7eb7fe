package org.platformforge.kernel.store.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.tx.DatabaseTransaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audit records in {@code store_audit}, chained at the very end of the transaction that appends them: their tenant's chain
 * is locked for the commit alone, as the outbox's numbering is. Thread-safe.
 */
public final class JdbcAuditLog implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcAuditLog.class);

    private final Store store;
    private final AuditTable table;
    private final AuditKeys keys;
    private final Chain chain;
    private final RefusalQueue<Row> refusals;
    private volatile Runnable committed = () -> {};

    /** @param queueCapacity refused attempts that may wait for the database */
    public JdbcAuditLog(Store store, JsonText json, Secrets secrets, int queueCapacity) {
        this.store = store;
        this.table = new AuditTable(json);
        this.keys = new AuditKeys(store, secrets);
        this.chain = new Chain(DatabaseKind.of(store.databaseKind()), keys);
        this.refusals = new RefusalQueue<>(queueCapacity, this::write);
    }

    AuditKeys keys() {
        return keys;
    }

    Chain chain() {
        return chain;
    }

    /** @param listener called after every commit with records; must return at once and not throw */
    void onCommit(Runnable listener) {
        committed = listener;
    }

    /** The record belongs to the transaction's tenant; in cross-tenant work to the actor's. */
    @Override
    public void append(Transaction tx, AuditRecord record) {
        String tenant = tx.tenantId().equals(Store.ALL_TENANTS) ? actorTenant(record) : tx.tenantId();
        append(tx, table.row(tenant, tx.now(), record));
    }

    private void append(Transaction tx, Row row) {
        if (!(tx instanceof DatabaseTransaction transaction)) {
            throw new IllegalArgumentException("Not a transaction of this platform's store: " + tx);
        }
        transaction.attached(this, () -> new Batch(transaction)).add(row);
    }

    @Override
    public void refused(AuditRecord record) {
        try {
            refusals.offer(table.row(actorTenant(record), Instant.now(), record));
        } catch (RuntimeException e) {
            LOG.warn("A refused attempt cannot be recorded: {}", e.getMessage());
        }
    }

    /** Records of refused attempts that wait for the database. */
    public int waiting() {
        return refusals.waiting();
    }

    /** Records of refused attempts lost since the start. */
    public long dropped() {
        return refusals.dropped();
    }

    private void write(List<Row> batch) {
        store.run(Store.ALL_TENANTS, tx -> batch.forEach(row -> append(tx, row)));
    }

    /** An attempt without a credential belongs to no tenant; the operators see it. */
    private static String actorTenant(AuditRecord record) {
        String tenant = record.actor().tenantId();
        return tenant.isEmpty() || tenant.equals(Store.ALL_TENANTS) ? Tenants.PLATFORM : tenant;
    }

    @Override
    public void close() {
        refusals.close();
    }

    /** The records of one transaction, chained together; tenants in one order everywhere, so that none deadlock. */
    private final class Batch {
        private final SortedMap<String, List<Row>> pending = new TreeMap<>();

        Batch(DatabaseTransaction transaction) {
            transaction.beforeCommit(DatabaseTransaction.Order.AUDIT, connection -> {
                for (Map.Entry<String, List<Row>> tenant : pending.entrySet()) {
                    chain.append(connection, tenant.getKey(), tenant.getValue());
                }
            });
            transaction.afterCommit(() -> committed.run());
        }

        void add(Row row) {
            pending.computeIfAbsent(row.tenantId(), tenant -> new ArrayList<>()).add(row);
        }
    }
}
