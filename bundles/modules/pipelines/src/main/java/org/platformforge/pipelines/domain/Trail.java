package org.platformforge.pipelines.domain;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Transaction;

/** What is told of a change: an audit record, and an event. No secrets. Thread-safe. */
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

    /** The platform, going on with what somebody has started. */
    Caller acting(Run run) {
        return callers.acting(run.tenantId(), callers.system(run.tenantId()), run.createdBy());
    }

    /** The platform, doing what a webhook's request has asked for on somebody's behalf. */
    Caller webhook(String tenantId, Caller request, String onBehalfOf) {
        return callers.acting(tenantId, request, onBehalfOf);
    }

    /**
     * @param before null for what was made
     * @param after null for what was deleted
     */
    void pipeline(Transaction tx, Caller caller, Pipeline before, Pipeline after) {
        String id = before == null ? after.id() : before.id();
        String action = "pipeline." + (before == null ? "create" : after == null ? "delete" : "update");
        audit.append(tx, AuditRecord.changed(caller, action, id, facts(before), facts(after)));
        outbox.publish(tx, action + "d", Map.of("pipeline_id", id));
    }

    private static Map<String, Object> facts(Pipeline pipeline) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (pipeline != null) {
            facts.put("service", pipeline.service());
            facts.put("repository", pipeline.repository());
            facts.put("environments", pipeline.environments());
            facts.putAll(pipeline.settings().toMap());
        }
        return facts;
    }

    void newSecret(Transaction tx, Caller caller, Pipeline pipeline) {
        audit.append(tx, AuditRecord.success(caller, "pipeline.new_webhook_secret", pipeline.id(), Map.of()));
    }

    /** @param verb such as {@code run} */
    void run(Transaction tx, Caller caller, String verb, Run run, Map<String, ?> more) {
        Map<String, Object> facts = facts(run);
        facts.put("trigger", run.cause().trigger().name().toLowerCase(Locale.ROOT));
        facts.putAll(more);
        audit.append(tx, AuditRecord.success(caller, "pipeline." + verb, run.id(), facts));
    }

    /** @param what such as {@code run_started} */
    void event(Transaction tx, String what, Run run, Map<String, ?> more) {
        Map<String, Object> facts = facts(run);
        facts.putAll(more);
        outbox.publish(tx, "pipeline." + what, facts);
    }

    void ended(Transaction tx, Run run) {
        Map<String, Object> facts = facts(run);
        String wire = run.status().name().toLowerCase(Locale.ROOT);
        if (run.error() != null) {
            facts.put(
                    "error",
                    Map.of("code", run.error().code(), "message", run.error().message()));
        }
        audit.append(tx, AuditRecord.success(callers.system(run.tenantId()), "pipeline.run_" + wire, run.id(), facts));
        outbox.publish(tx, "pipeline.run_" + wire, facts);
    }

    private static Map<String, Object> facts(Run run) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run_id", run.id());
        facts.put("pipeline_id", run.pipelineId());
        facts.put("number", run.number());
        facts.put("branch", run.cause().branch());
        facts.put("commit", run.commit());
        facts.put("artifact", run.artifact());
        return facts;
    }
}
