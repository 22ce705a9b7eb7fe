package org.platformforge.kernel.store.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.store.json.JsonText;

/** Looks for the record of the removal that made a chain begin where it does. Used by one thread. */
final class Tombstones {
    private static final String LAST = "last_sequence";
    private static final String HASH = "last_hash";

    private final JsonText json;
    private final ChainHead head;
    private boolean found;

    Tombstones(JsonText json, ChainHead head) {
        this.json = json;
        this.head = head;
        this.found = head.firstSequence() == 1;
    }

    /** What a tombstone tells. */
    static Map<String, Object> details(ChainedRow first, ChainedRow last) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("first_sequence", first.sequence());
        details.put(LAST, last.sequence());
        details.put(HASH, last.hash());
        details.put("first_at", first.row().at());
        details.put("last_at", last.row().at());
        details.put("records", last.sequence() - first.sequence() + 1);
        return details;
    }

    void accept(ChainedRow record) {
        if (!found && record.row().action().equals(AuditTrail.RETENTION)) {
            Map<String, Object> details = json.read(record.row().details());
            found = details.get(LAST) instanceof Number last
                    && last.longValue() == head.firstSequence() - 1
                    && head.firstPrevious().equals(details.get(HASH));
        }
    }

    boolean found() {
        return found;
    }
}
