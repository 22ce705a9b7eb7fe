package org.platformforge.catalog.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Transaction;

/** What is told of a change: an audit record with what differs, and an event. No secrets. Thread-safe. */
@Component(service = Trail.class)
public final class Trail {
    private final AuditLog audit;
    private final Outbox outbox;

    @Activate
    public Trail(@Reference AuditLog audit, @Reference Outbox outbox) {
        this.audit = audit;
        this.outbox = outbox;
    }

    /**
     * @param before null for what was made
     * @param after null for what was deleted
     */
    void service(Transaction tx, Caller caller, Service before, Service after) {
        String id = before == null ? after.id() : before.id();
        String action = "service." + verb(before, after);
        audit.append(tx, AuditRecord.changed(caller, action, id, facts(before), facts(after)));
        outbox.publish(tx, action + "d", Map.of("service", id));
    }

    /**
     * @param before null for what was made
     * @param after null for what was deleted
     */
    void environment(Transaction tx, Caller caller, Environment before, Environment after) {
        String name = before == null ? after.name() : before.name();
        String action = "environment." + verb(before, after);
        audit.append(tx, AuditRecord.changed(caller, action, name, facts(before), facts(after)));
        outbox.publish(tx, action + "d", Map.of("environment", name));
    }

    private static String verb(Object before, Object after) {
        return before == null ? "create" : after == null ? "delete" : "update";
    }

    private static Map<String, Object> facts(Service service) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (service != null) {
            facts.put("name", service.name());
            facts.put("description", service.description());
            facts.put("owner", service.owner());
            facts.put("repository", service.repository());
            facts.put("endpoints", service.endpoints());
            facts.put("dependencies", service.dependencies());
            facts.put("build", service.build().commands());
            facts.put("start", service.run().start());
            facts.put(
                    "variables", service.run().env().keySet().stream().sorted().toList());
            facts.put("origin", service.origin());
        }
        return facts;
    }

    private static Map<String, Object> facts(Environment environment) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (environment != null) {
            facts.put("type", environment.type().name());
            facts.put("cluster", environment.cluster());
            facts.put("namespace", environment.namespace());
            facts.put("auto_deploy", environment.autoDeploy());
            facts.put("cpu", environment.cpuLimit());
            facts.put("memory", environment.memoryLimit());
            facts.put(
                    "freeze_windows",
                    environment.freezeWindows().stream()
                            .map(FreezeWindow::toString)
                            .toList());
        }
        return facts;
    }
}
