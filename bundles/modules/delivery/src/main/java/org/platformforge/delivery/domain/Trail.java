package org.platformforge.delivery.domain;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
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

    Caller system(String tenantId) {
        return callers.system(tenantId);
    }

    void created(Transaction tx, Caller caller, Release release) {
        Map<String, Object> facts = facts(release);
        String action = release.rollbackOf() == null ? "release.create" : "release.rollback";
        audit.append(tx, AuditRecord.success(caller, action, release.id(), facts));
        outbox.publish(tx, "release.created", facts);
    }

    /** @param reason as its caller gave it */
    void overridden(Transaction tx, Caller caller, Release release, Freeze freeze, String reason) {
        Map<String, Object> facts = facts(release);
        facts.put("freeze_window", freeze.window());
        facts.put("until", freeze.until().toString());
        facts.put("reason", reason);
        audit.append(tx, AuditRecord.success(caller, "release.freeze_override", release.id(), facts));
    }

    void removed(Transaction tx, Caller caller, String service, String environment) {
        Map<String, Object> facts = Map.of("service", service, "environment", environment);
        audit.append(tx, AuditRecord.success(caller, "release.remove", service, facts));
    }

    /** @param status what it became; the event is named after it */
    void ended(Transaction tx, Release release, Release.Status status, Operation.Failure error) {
        Map<String, Object> facts = facts(release);
        String wire = status.name().toLowerCase(Locale.ROOT);
        facts.put("status", wire);
        if (error != null) {
            facts.put("error", Map.of("code", error.code(), "message", error.message()));
        }
        audit.append(
                tx, AuditRecord.success(callers.system(release.tenantId()), "release." + wire, release.id(), facts));
        outbox.publish(tx, "release." + wire, facts);
    }

    private static Map<String, Object> facts(Release release) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("release_id", release.id());
        facts.put("service", release.service());
        facts.put("environment", release.environment());
        facts.put("number", release.number());
        facts.put("version", release.version());
        facts.put("commit", release.commit());
        facts.put("artifact", release.artifact());
        return facts;
    }
}
