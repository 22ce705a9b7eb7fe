package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Transaction;

/** What is told of a change: audit records and events, in the change's own transaction. No secrets. Thread-safe. */
@Component(service = Trail.class)
public final class Trail {
    private final AuditLog audit;
    private final Outbox outbox;
    private final Callers callers;

    @Activate
    public Trail(@Reference AuditLog audit, @Reference Outbox outbox, @Reference Callers callers) {
        this.audit = audit;
        this.outbox = outbox;
        this.callers = callers;
    }

    /** An audit record alone. */
    void note(Transaction tx, Caller caller, String action, String target, Map<String, ?> details) {
        audit.append(tx, AuditRecord.success(caller, action, target, details));
    }

    /** An audit record and the event of the same name. */
    void tell(Transaction tx, Caller caller, String action, String target, Map<String, ?> details) {
        note(tx, caller, action, target, details);
        outbox.publish(tx, action, details);
    }

    /** As {@link #tell}, for what the platform itself did. */
    void tell(Transaction tx, String tenantId, String action, String target, Map<String, ?> details) {
        tell(tx, callers.system(tenantId), action, target, details);
    }

    /** @return what to throw */
    PlatformException refused(Caller caller, String action, String target, PlatformException refusal) {
        audit.refused(AuditRecord.refused(caller, action, target, Map.of("reason", refusal.getMessage())));
        return refusal.asRecorded();
    }

    static Map<String, Object> facts(Release release) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("extension_id", release.extensionId());
        facts.put("version", release.version());
        facts.put("sha256", release.sha256());
        return facts;
    }

    static Map<String, Object> facts(Installation installation) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("installation_id", installation.id());
        facts.put("extension_id", installation.extensionId());
        facts.put(
                "version",
                installation.current() == null ? null : installation.current().version());
        return facts;
    }
}
