package org.platformforge.kernel.store.audit;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.persistence.PersistenceException;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.json.JsonText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audit records in {@code store_audit}. Thread-safe. */
public final class JdbcAuditLog implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcAuditLog.class);

    private final Store store;
    private final AuditTable table;
    private final RefusalQueue<AuditTable.Row> refusals;

    /** @param queueCapacity refused attempts that may wait for the database */
    public JdbcAuditLog(Store store, JsonText json, int queueCapacity) {
        this.store = store;
        this.table = new AuditTable(json);
        this.refusals = new RefusalQueue<>(queueCapacity, this::write);
    }

    /** The record belongs to the transaction's tenant; in cross-tenant work to the actor's. */
    @Override
    public void append(Transaction tx, AuditRecord record) {
        String tenant = tx.tenantId().equals(Store.ALL_TENANTS) ? actorTenant(record) : tx.tenantId();
        try {
            table.insert(tx.connection(), table.row(tenant, tx.now(), record));
        } catch (SQLException e) {
            throw new PersistenceException("The audit record could not be written", e);
        }
    }

    @Override
    public void refused(AuditRecord record) {
        try {
            refusals.offer(table.row(actorTenant(record), Instant.now(), record));
        } catch (RuntimeException e) {
            LOG.warn("A refused attempt cannot be recorded: {}", e.getMessage());
        }
    }

    /** Records of refused attempts lost since the start. */
    public long dropped() {
        return refusals.dropped();
    }

    private void write(List<AuditTable.Row> batch) {
        store.run(Store.ALL_TENANTS, tx -> {
            for (AuditTable.Row row : batch) {
                table.insert(tx.connection(), row);
            }
        });
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
}
