package org.platformforge.kernel.api.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.platformforge.kernel.api.Caller;

/**
 * One audit record. The actor brings who it acts for, how it proved who it is, its address, user agent and request id.
 *
 * @param actor who did it
 * @param action a dotted verb such as {@code provision.create}
 * @param target the id of what was changed
 * @param result {@code success} or {@code refused}
 * @param details JSON-compatible; secrets already left out. The log blanks the value of every key that sounds like a
 *     secret all the same
 */
public record AuditRecord(Caller actor, String action, String target, String result, Map<String, ?> details) {
    /** The key in {@link #details} under which {@link #changed} puts what was before and after. */
    public static final String CHANGES = "changes";

    public static AuditRecord success(Caller actor, String action, String target, Map<String, ?> details) {
        return new AuditRecord(actor, action, target, "success", details);
    }

    public static AuditRecord refused(Caller actor, String action, String target, Map<String, ?> details) {
        return new AuditRecord(actor, action, target, "refused", details);
    }

    /**
     * A change of something that has fields: its details are {@code {"changes": {"<field>": {"before": …, "after": …}}}}
     * with the fields that differ, in their alphabetical order.
     *
     * @param before the fields before, empty for what did not exist; values are JSON-compatible and may be null
     * @param after the fields after, empty for what exists no more
     */
    public static AuditRecord changed(
            Caller actor, String action, String target, Map<String, ?> before, Map<String, ?> after) {
        TreeSet<String> fields = new TreeSet<>(before.keySet());
        fields.addAll(after.keySet());
        Map<String, Object> changes = new LinkedHashMap<>();
        for (String field : fields) {
            if (!Objects.equals(before.get(field), after.get(field))) {
                Map<String, Object> change = new LinkedHashMap<>();
                change.put("before", before.get(field));
                change.put("after", after.get(field));
                changes.put(field, Collections.unmodifiableMap(change));
            }
        }
        return success(actor, action, target, Map.of(CHANGES, Collections.unmodifiableMap(changes)));
    }
}
