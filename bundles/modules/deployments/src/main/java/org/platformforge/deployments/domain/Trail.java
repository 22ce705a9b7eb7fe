package org.platformforge.deployments.domain;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.Deployment.Spec;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Transaction;

/** What is told of a change: an audit record, and an event. No secrets. Thread-safe. */
@Component(service = Trail.class)
public class Trail {
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

    /** The platform, going on with what somebody has asked for. */
    Caller acting(Operation operation) {
        String tenantId = operation.tenantId();
        return callers.acting(tenantId, callers.system(tenantId), operation.createdBy());
    }

    /** @param verb of what somebody asked for, such as {@code create} */
    void asked(Transaction tx, Caller caller, String verb, Deployment deployment) {
        audit.append(tx, AuditRecord.success(caller, "deployment." + verb, deployment.id(), facts(deployment)));
    }

    /** @param before its configuration until now */
    void configured(Transaction tx, Caller caller, Spec before, Deployment after) {
        Map<String, Object> changed = facts(after);
        audit.append(
                tx,
                AuditRecord.changed(caller, "deployment.configure", after.id(), facts(before), facts(after.spec())));
        outbox.publish(tx, after.tenantId(), "deployment.configured", changed);
    }

    /** Events are named after the state. */
    void became(Transaction tx, Deployment deployment) {
        Map<String, Object> facts = facts(deployment);
        if (deployment.error() != null) {
            facts.put(
                    "error",
                    Map.of(
                            "code", deployment.error().code(),
                            "message", deployment.error().message()));
        }
        outbox.publish(tx, deployment.tenantId(), "deployment." + word(deployment.status()), facts);
    }

    private static Map<String, Object> facts(Deployment deployment) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("deployment_id", deployment.id());
        facts.put("name", deployment.spec().name());
        facts.put("framework", deployment.spec().framework());
        facts.put("status", word(deployment.status()));
        return facts;
    }

    private static Map<String, Object> facts(Spec spec) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("ref", spec.ref());
        facts.put("cores", spec.cores());
        facts.put("memory", spec.memory());
        facts.put("disk", spec.disk());
        facts.put("probe_path", spec.probePath());
        facts.put("variables", spec.runEnv().keySet().stream().sorted().toList());
        facts.put("build_variables", spec.buildEnv().keySet().stream().sorted().toList());
        return facts;
    }

    static String word(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
