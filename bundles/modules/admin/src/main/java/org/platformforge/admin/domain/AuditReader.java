package org.platformforge.admin.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.AuditTrail.Entry;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.api.store.AuditTrail.Verification;
import org.platformforge.kernel.api.store.Store;

/** The audit log of the caller's tenant. Whoever reads it is recorded in it, before anything is shown. */
@Component(service = AuditReader.class)
public class AuditReader {
    private final Store store;
    private final AuditLog log;
    private final AuditTrail trail;

    @Activate
    public AuditReader(@Reference Store store, @Reference AuditLog log, @Reference AuditTrail trail) {
        this.store = store;
        this.log = log;
        this.trail = trail;
    }

    /** Newest first. */
    public Page<Entry> find(Caller caller, Filter filter, PageRequest page) {
        caller.require("audit:list");
        record(caller, AuditTrail.READ, filter);
        return trail.find(caller.tenantId(), filter, page);
    }

    public Verification verify(Caller caller) {
        caller.require("audit:verify");
        record(caller, "audit.verify", Filter.ALL);
        return trail.verify(caller.tenantId());
    }

    /**
     * Oldest first.
     *
     * @param each may be slow, and may throw
     */
    public void read(Caller caller, Filter filter, Consumer<Entry> each) {
        caller.require("audit:export");
        record(caller, "audit.export", filter);
        trail.read(caller.tenantId(), filter, each);
    }

    /** The lines of an export that proves itself, see {@link AuditTrail#export}. */
    public void export(Caller caller, Filter filter, Consumer<String> line) {
        caller.require("audit:export");
        record(caller, "audit.export", filter);
        trail.export(caller.tenantId(), filter, line);
    }

    /** The keys of the tenant's digests: for operators, who could make records with them. */
    public Map<String, String> digestKeys(Caller operator) {
        operator.require("system:keys");
        record(operator, "audit.key_shown", Filter.ALL);
        return trail.digestKeys(operator.tenantId());
    }

    private void record(Caller caller, String action, Filter filter) {
        Map<String, Object> details = new LinkedHashMap<>();
        put(details, "user_id", filter.userId());
        put(details, "action", filter.action());
        put(details, "start_date", filter.from());
        put(details, "end_date", filter.until());
        store.run(caller.tenantId(), tx -> log.append(tx, AuditRecord.success(caller, action, "audit-logs", details)));
    }

    private static void put(Map<String, Object> details, String key, Object value) {
        if (value != null) {
            details.put(key, value);
        }
    }
}
