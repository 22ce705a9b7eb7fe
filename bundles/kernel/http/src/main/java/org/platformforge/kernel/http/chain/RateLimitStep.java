package org.platformforge.kernel.http.chain;

import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.http.metrics.ChainCounters;

/**
 * Takes the request from the caller's limits, or from those of the extension it goes to. While the limiter is missing, only a public route that changes nothing is
 * answered.
 */
final class RateLimitStep implements Step {
    private final PlatformServices services;
    private final ChainCounters counters;

    RateLimitStep(PlatformServices services, ChainCounters counters) {
        this.services = services;
        this.counters = counters;
    }

    @Override
    public void apply(Exchange exchange) {
        if (exchange.route.isUnlimited()) {
            return;
        }
        RateLimiter limiter = services.rateLimiter();
        if (limiter == null) {
            if (exchange.route.isPublic() && exchange.isSafe()) {
                return;
            }
            throw PlatformServices.unavailable();
        }
        RateLimiter.Decision decision = exchange.extension == null
                ? limiter.acquire(
                        exchange.dialect, exchange.route.rateLimits(), exchange.caller, exchange.remoteAddress)
                : limiter.acquireExtension(exchange.extension.extensionId(), exchange.caller, exchange.remoteAddress);
        exchange.rateLimit = decision;
        if (decision != null && !decision.allowed()) {
            counters.limited(decision.policy());
            throw refusal(decision);
        }
    }

    static PlatformException refusal(RateLimiter.Decision decision) {
        return PlatformException.of(ErrorKind.RATE_LIMITED, "Too many requests")
                .withDetail("limit", decision.limit())
                .withDetail("policy", decision.policy())
                .withRetryAfter(decision.retryAfter());
    }
}
