package org.platformforge.kernel.http.chain;

import java.time.Duration;
import java.time.Instant;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.api.security.RateLimiter;

/**
 * The limit's headers: {@code X-RateLimit-Reset} is epoch seconds as the documents show it; {@code RateLimit} and
 * {@code RateLimit-Policy} follow draft-ietf-httpapi-ratelimit-headers-10, whose {@code t} is a delta.
 */
final class RateLimitHeaders {
    private RateLimitHeaders() {}

    static void apply(RateLimiter.Decision limit, HttpServletResponse response) {
        long reset = limit.reset().getEpochSecond() + (limit.reset().getNano() > 0 ? 1 : 0);
        long window = limit.window().toSeconds();
        // rounded up, but never beyond the window: the database's clock, which the reset is of, may be ahead
        long rest = (Duration.between(Instant.now(), limit.reset()).toMillis() + 999) / 1000;
        long delta = Math.max(0, Math.min(rest, Math.max(1, window)));
        response.setHeader("X-RateLimit-Limit", Long.toString(limit.limit()));
        response.setHeader("X-RateLimit-Remaining", Long.toString(limit.remaining()));
        response.setHeader("X-RateLimit-Reset", Long.toString(reset));
        String name = '"' + limit.policy() + '"';
        response.setHeader("RateLimit-Policy", name + ";q=" + limit.limit() + ";w=" + window);
        response.setHeader("RateLimit", name + ";r=" + limit.remaining() + ";t=" + delta);
    }
}
