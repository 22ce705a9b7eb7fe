package org.platformforge.kernel.http.chain;

import java.util.Map;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records refused attempts: to change something, or by somebody known to look at something. Within a {@link
 * RefusalBudget}; what is left out is counted.
 */
final class AuditStep implements AnswerStep {
    private static final Logger LOG = LoggerFactory.getLogger(AuditStep.class);

    private final PlatformServices services;
    private final RefusalBudget budget = new RefusalBudget(() -> System.nanoTime() / 1_000_000_000L);

    AuditStep(PlatformServices services) {
        this.services = services;
    }

    @Override
    public void answered(Exchange exchange) {
        int status = exchange.answer.status();
        boolean refused = status == ErrorKind.UNAUTHENTICATED.status() || status == ErrorKind.FORBIDDEN.status();
        AuditLog log = services.auditLog();
        boolean looked = exchange.isSafe() && status != ErrorKind.FORBIDDEN.status();
        if (!refused || looked || exchange.route == null || exchange.replayed || log == null) {
            return;
        }
        Caller caller = exchange.caller == null ? AnonymousCaller.of(exchange) : exchange.caller;
        if (!budgetFor(caller)) {
            return;
        }
        String reason = exchange.refusal == null ? "" : exchange.refusal.error().getMessage();
        log.refused(AuditRecord.refused(
                caller,
                exchange.route.operationId(),
                exchange.path(),
                Map.of("method", exchange.request().getMethod(), "status", status, "reason", reason)));
    }

    private boolean budgetFor(Caller caller) {
        boolean identified = caller.scheme() != Caller.Scheme.NONE;
        String subject = identified ? caller.tenantId() + ' ' + caller.subject() : caller.remoteAddress();
        boolean within = budget.take(subject, identified);
        long skipped = budget.skipped();
        if (skipped > 0) {
            LOG.warn("{} refused requests are not in the audit log, because there were too many at once", skipped);
        }
        return within;
    }
}
