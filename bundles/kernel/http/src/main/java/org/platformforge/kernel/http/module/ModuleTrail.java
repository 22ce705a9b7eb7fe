package org.platformforge.kernel.http.module;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed which module, in the audit log of the platform's tenant. A change of a module must be possible while the
 * database is away, perhaps in order to bring it back; then the log of the platform alone has it. Thread-safe.
 */
final class ModuleTrail {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleTrail.class);
    /** Keys of details, which {@link ModuleHistory} reads. */
    static final String FROM = "from";

    static final String TO = "to";
    static final String SHA256 = "sha256";
    static final String READY_MILLIS = "ready_ms";
    static final String TOTAL_MILLIS = "total_ms";
    static final String REQUESTS = "requests";
    static final String FAILED_REQUESTS = "failed_requests";

    private static final String UNKNOWN = "unknown";

    private final Supplier<AuditLog> audit;
    private final Supplier<Store> store;

    /** Both may give null. */
    ModuleTrail(Supplier<AuditLog> audit, Supplier<Store> store) {
        this.audit = audit;
        this.store = store;
    }

    /** @param details {@code from}, {@code to} and the like */
    void changed(Caller actor, String action, String symbolicName, Map<String, ?> details) {
        AuditLog log = audit.get();
        Store database = store.get();
        if (log == null || database == null) {
            LOG.warn(
                    "{} of {} by {} is not in the audit log: the store is away", action, symbolicName, actor.subject());
            return;
        }
        try {
            database.run(
                    Tenants.PLATFORM, tx -> log.append(tx, AuditRecord.success(actor, action, symbolicName, details)));
        } catch (PlatformException e) {
            LOG.warn(
                    "{} of {} by {} is not in the audit log: {}",
                    action,
                    symbolicName,
                    actor.subject(),
                    e.getMessage());
        }
    }

    /**
     * @param symbolicName null when what was given is no module
     * @return what to throw
     */
    PlatformException refused(
            Caller actor, String action, String symbolicName, Map<String, ?> details, PlatformException refusal) {
        AuditLog log = audit.get();
        if (log == null) {
            return refusal;
        }
        Map<String, Object> all = new TreeMap<>(details);
        all.put("reason", refusal.getMessage());
        all.put("error", refusal.code().orElse(refusal.kind().name()));
        String target = symbolicName == null ? UNKNOWN : symbolicName;
        log.refused(AuditRecord.refused(actor, action, target, all));
        return refusal.asRecorded();
    }
}
