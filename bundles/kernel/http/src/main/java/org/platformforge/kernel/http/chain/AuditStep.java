package org.platformforge.kernel.http.chain;

import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records refused attempts: of somebody who may not, to change something or, by somebody known, to look at something; and of
 * somebody known to change what is not there or cannot be changed now. Each kind within a {@link RefusalBudget} of its own,
 * so that the second never hides the first; what is left out is counted. What is no readable request is no attempt, and what
 * has a record already ({@link org.platformforge.kernel.api.PlatformException#asRecorded}) gets no second.
 */
final class AuditStep implements AnswerStep {
    private static final Logger LOG = LoggerFactory.getLogger(AuditStep.class);

    private final PlatformServices services;
    private static final LongSupplier SECONDS = () -> System.nanoTime() / 1_000_000_000L;

    private static final Set<Integer> FORBIDDEN =
            Set.of(ErrorKind.UNAUTHENTICATED.status(), ErrorKind.FORBIDDEN.status());
    private static final Set<Integer> IMPOSSIBLE = Set.of(
            ErrorKind.PAYMENT_REQUIRED.status(),
            ErrorKind.NOT_FOUND.status(),
            ErrorKind.CONFLICT.status(),
            ErrorKind.GONE.status(),
            ErrorKind.PRECONDITION_FAILED.status(),
            ErrorKind.UNPROCESSABLE.status(),
            ErrorKind.LOCKED.status(),
            ErrorKind.PRECONDITION_REQUIRED.status());

    private final RefusalBudget forbidden = new RefusalBudget(SECONDS);
    private final RefusalBudget impossible = new RefusalBudget(SECONDS);

    AuditStep(PlatformServices services) {
        this.services = services;
    }

    @Override
    public void answered(Exchange exchange) {
        int status = exchange.answer.status();
        AuditLog log = services.auditLog();
        boolean recorded = exchange.refusal != null && exchange.refusal.error().recorded();
        if (exchange.route == null || exchange.replayed || recorded || log == null) {
            return;
        }
        Caller caller = exchange.caller == null ? AnonymousCaller.of(exchange) : exchange.caller;
        RefusalBudget budget = budget(status, exchange.isSafe(), caller);
        if (budget == null || !within(budget, caller)) {
            return;
        }
        String reason = exchange.refusal == null ? "" : exchange.refusal.error().getMessage();
        log.refused(AuditRecord.refused(
                caller,
                exchange.route.operationId(),
                exchange.path(),
                Map.of("method", exchange.request().getMethod(), "status", status, "reason", reason)));
    }

    /** Null for what is not recorded. */
    private RefusalBudget budget(int status, boolean safe, Caller caller) {
        if (FORBIDDEN.contains(status)) {
            return safe && status != ErrorKind.FORBIDDEN.status() ? null : forbidden;
        }
        boolean attempt = !safe && caller.scheme() != Caller.Scheme.NONE && IMPOSSIBLE.contains(status);
        return attempt ? impossible : null;
    }

    private static boolean within(RefusalBudget budget, Caller caller) {
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
