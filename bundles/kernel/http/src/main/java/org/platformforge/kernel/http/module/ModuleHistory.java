package org.platformforge.kernel.http.module;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.AuditTrail.Entry;
import org.platformforge.kernel.api.store.AuditTrail.Filter;

/**
 * The ledger of module changes: what {@link ModuleTrail} wrote to the platform's audit log, where nobody changes it
 * afterwards. It reaches as far back as the log is kept. Thread-safe.
 */
@Component(service = ModuleHistory.class)
public final class ModuleHistory {
    private static final Filter CHANGES = new Filter(null, "module.*", null, null, false);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AuditTrail trail;

    /**
     * One change, or an attempt at one.
     *
     * @param at when it was over
     * @param action {@code install}, {@code update} or {@code remove}
     * @param result {@code success} or {@code refused}
     * @param from version; null where there was none
     * @param to version; null for a removal
     * @param sha256 of the JAR; null for a removal
     * @param readyMillis until the new version served; of an update, else null
     * @param totalMillis until the old version was gone; of an update, else null
     * @param requests that the module answered meanwhile; of an update, else null
     * @param failedRequests those of them answered with 500 or above; of an update, else null
     * @param reason why it was refused; else null
     */
    public record Change(
            Instant at,
            String module,
            String action,
            String result,
            String from,
            String to,
            String sha256,
            String actor,
            Long readyMillis,
            Long totalMillis,
            Long requests,
            Long failedRequests,
            String reason) {}

    /**
     * The newest, newest first.
     *
     * @param module symbolic name; null for all
     * @throws PlatformException {@code UNAVAILABLE} while the database is away
     */
    public List<Change> newest(String module, int limit) {
        AuditTrail present = trail;
        if (present == null) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The audit log is not there at the moment");
        }
        Deque<Change> newest = new ArrayDeque<>();
        present.read(Tenants.PLATFORM, CHANGES, entry -> {
            if (module == null || module.equals(entry.target())) {
                newest.addFirst(change(entry));
                if (newest.size() > limit) {
                    newest.removeLast();
                }
            }
        });
        return List.copyOf(newest);
    }

    private static Change change(Entry entry) {
        Map<String, Object> details = entry.details();
        return new Change(
                entry.at(),
                entry.target(),
                entry.action().substring("module.".length()),
                entry.result(),
                text(details, ModuleTrail.FROM),
                text(details, ModuleTrail.TO),
                text(details, ModuleTrail.SHA256),
                entry.onBehalfOf() == null ? entry.actor() : entry.onBehalfOf(),
                number(details, ModuleTrail.READY_MILLIS),
                number(details, ModuleTrail.TOTAL_MILLIS),
                number(details, ModuleTrail.REQUESTS),
                number(details, ModuleTrail.FAILED_REQUESTS),
                text(details, "reason"));
    }

    private static String text(Map<String, Object> details, String name) {
        return details.get(name) instanceof String text ? text : null;
    }

    private static Long number(Map<String, Object> details, String name) {
        return details.get(name) instanceof Number number ? number.longValue() : null;
    }
}
