package org.platformforge.kernel.store.component;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.audit.JdbcAuditLog;

/** The audit log. */
@Component(service = AuditLog.class)
public final class AuditComponent implements AuditLog {
    private final JdbcAuditLog log;

    @Activate
    public AuditComponent(@Reference Store store, @Reference StoreRuntime runtime) {
        this.log = new JdbcAuditLog(store, runtime.json(), runtime.settings().auditQueue());
    }

    @Override
    public void append(Transaction tx, AuditRecord record) {
        log.append(tx, record);
    }

    @Override
    public void refused(AuditRecord record) {
        log.refused(record);
    }

    @Deactivate
    void stop() {
        log.close();
    }
}
