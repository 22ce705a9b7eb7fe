package org.platformforge.kernel.http.chain;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records refused attempts to change something. At most {@value #PER_SECOND} a second, so that nobody without a
 * credential can fill the audit log; what is left out is counted in the log.
 */
final class AuditStep implements AnswerStep {
    private static final Logger LOG = LoggerFactory.getLogger(AuditStep.class);
    private static final int PER_SECOND = 100;

    private final PlatformServices services;
    private final AtomicLong second = new AtomicLong();
    private final AtomicLong used = new AtomicLong();

    AuditStep(PlatformServices services) {
        this.services = services;
    }

    @Override
    public void answered(Exchange exchange) {
        int status = exchange.answer.status();
        boolean refused = status == ErrorKind.UNAUTHENTICATED.status() || status == ErrorKind.FORBIDDEN.status();
        AuditLog log = services.auditLog();
        if (!refused || exchange.isSafe() || exchange.route == null || exchange.replayed || log == null || !budget()) {
            return;
        }
        Caller caller = exchange.caller == null ? AnonymousCaller.of(exchange) : exchange.caller;
        String reason = exchange.refusal == null ? "" : exchange.refusal.getMessage();
        log.refused(AuditRecord.refused(
                caller,
                exchange.route.operationId(),
                exchange.path(),
                Map.of("method", exchange.request().getMethod(), "status", status, "reason", reason)));
    }

    private boolean budget() {
        long now = System.nanoTime() / 1_000_000_000L;
        long before = second.getAndSet(now);
        if (before != now) {
            long skipped = used.getAndSet(0) - PER_SECOND;
            if (skipped > 0) {
                LOG.warn("{} refused requests within a second are not in the audit log", skipped);
            }
        }
        return used.incrementAndGet() <= PER_SECOND;
    }
}
