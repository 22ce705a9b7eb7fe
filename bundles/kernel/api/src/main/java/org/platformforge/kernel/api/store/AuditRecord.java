package org.platformforge.kernel.api.store;

import java.util.Map;
import org.platformforge.kernel.api.Caller;

/**
 * One audit record.
 *
 * @param actor who did it
 * @param action a dotted verb such as {@code provision.create}
 * @param target the id of what was changed
 * @param result {@code success} or {@code refused}
 * @param details JSON-compatible; secrets already left out
 */
public record AuditRecord(Caller actor, String action, String target, String result, Map<String, ?> details) {
    public static AuditRecord success(Caller actor, String action, String target, Map<String, ?> details) {
        return new AuditRecord(actor, action, target, "success", details);
    }

    public static AuditRecord refused(Caller actor, String action, String target, Map<String, ?> details) {
        return new AuditRecord(actor, action, target, "refused", details);
    }
}
