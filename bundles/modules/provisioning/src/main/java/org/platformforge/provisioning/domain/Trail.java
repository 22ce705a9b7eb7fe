package org.platformforge.provisioning.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
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

    void provisionCreated(Transaction tx, Caller caller, Provision provision) {
        Map<String, Object> data = facts(provision);
        audit.append(tx, AuditRecord.success(caller, "provision.create", provision.id(), data));
        outbox.publish(tx, "provision.created", data);
    }

    void provisionChanged(Transaction tx, Caller caller, Provision provision, String action) {
        audit.append(tx, AuditRecord.success(caller, action, provision.id(), facts(provision)));
    }

    /** @param status what it ended as; the event is named after it */
    void provisionEnded(Transaction tx, Operation operation, ProvisionStatus status, Fault fault) {
        Map<String, Object> data = new LinkedHashMap<>(operation.input());
        data.put("provision_id", operation.target());
        data.put("status", status.wire());
        if (fault != null) {
            data.put("error", Map.of("code", fault.code(), "message", fault.message()));
        }
        String event = "provision." + status.wire();
        audit.append(tx, AuditRecord.success(callers.system(operation.tenantId()), event, operation.target(), data));
        outbox.publish(tx, event, data);
    }

    void resourceDeletionAsked(Transaction tx, Caller caller, Resource resource) {
        audit.append(tx, AuditRecord.success(caller, "resource.delete", resource.id(), facts(resource)));
    }

    void resourceCreated(Transaction tx, Resource resource) {
        outbox.publish(tx, "resource.created", facts(resource));
    }

    void resourceDeleted(Transaction tx, Resource resource) {
        Map<String, Object> data = facts(resource);
        audit.append(
                tx, AuditRecord.success(callers.system(resource.tenantId()), "resource.deleted", resource.id(), data));
        outbox.publish(tx, "resource.deleted", data);
    }

    /** @param error null when its engine confirmed that it is gone */
    void orphanRemoved(Transaction tx, Caller caller, EngineSweep.Holding orphan, Fault error) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("engine", orphan.engine());
        data.put("tenant_id", orphan.tenantId());
        data.put("provision_id", orphan.provisionId());
        data.put("description", orphan.description());
        data.put("error", error == null ? null : error.message());
        audit.append(tx, AuditRecord.success(caller, "resource.sweep", orphan.resourceId(), data));
    }

    private static Map<String, Object> facts(Provision provision) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("provision_id", provision.id());
        facts.put("template", provision.template());
        facts.put("service", provision.service());
        facts.put("environment", provision.environment());
        return facts;
    }

    private static Map<String, Object> facts(Resource resource) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("resource_id", resource.id());
        facts.put("provision_id", resource.provisionId());
        facts.put("type", resource.type());
        facts.put("engine", resource.engine());
        facts.put("service", resource.service());
        facts.put("environment", resource.environment());
        return facts;
    }
}
