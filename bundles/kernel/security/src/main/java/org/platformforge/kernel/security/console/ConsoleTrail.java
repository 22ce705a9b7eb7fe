package org.platformforge.kernel.security.console;

import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who came to the console, and who was turned away, in the audit log of the platform's tenant. The local user gets in while
 * the database is away, perhaps in order to bring it back; then the platform's own log alone has it. Thread-safe.
 */
@Component(service = ConsoleTrail.class)
public class ConsoleTrail {
    static final String ACTION = "console.login";
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleTrail.class);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile AuditLog audit;

    /** For audit records alone. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Store store;

    /** @param method {@code password} or {@code public_key} */
    void admitted(Caller operator, String method) {
        AuditLog log = audit;
        Store database = store;
        if (log == null || database == null) {
            missing(operator, "the store is away");
            return;
        }
        AuditRecord record = AuditRecord.success(operator, ACTION, operator.subject(), Map.of("method", method));
        try {
            database.run(Tenants.PLATFORM, tx -> log.append(tx, record));
        } catch (PlatformException e) {
            missing(operator, e.getMessage());
        }
    }

    private static void missing(Caller operator, String reason) {
        LOG.warn("A login to the console by {} is not in the audit log: {}", operator.subject(), reason);
    }

    /**
     * @param user as typed; what does not look like a user is left out, for it may be a password in the wrong place
     * @param method {@code password} or {@code public_key}
     */
    void refused(Caller client, String user, String method, String reason) {
        AuditLog log = audit;
        if (log != null) {
            String target =
                    user.matches("[^\\s@]{1,64}@[^\\s@]{1,190}") || user.equals(ConsoleUsers.LOCAL_USER) ? user : "";
            log.refused(AuditRecord.refused(client, ACTION, target, Map.of("method", method, "reason", reason)));
        }
    }
}
