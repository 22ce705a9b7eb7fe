package org.platformforge.kernel.http.hygiene;

import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** Cross-origin answers as the Fetch standard asks for them; origins are compared exactly. Thread-safe. */
public final class Cors {
    private static final String REQUEST_HEADERS =
            "Authorization, Content-Type, Accept, X-API-Key, X-Tenant-ID, X-API-Version,"
                    + " X-Request-Id, Idempotency-Key, If-Match, If-None-Match, Prefer, Last-Event-ID, traceparent";
    private static final String RESPONSE_HEADERS = "X-Request-Id, Location, Link, ETag, Retry-After, X-RateLimit-Limit,"
            + " X-RateLimit-Remaining, X-RateLimit-Reset, RateLimit, RateLimit-Policy, Idempotent-Replayed,"
            + " X-Deprecated, Deprecation, Sunset";

    private final CorsPolicy policy;

    public Cors(CorsPolicy policy) {
        this.policy = policy;
    }

    /** For every answer to an actual request, errors included. */
    public void apply(HttpServletRequest request, HttpServletResponse response) {
        if (!policy.enabled()) {
            return;
        }
        response.addHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (policy.allows(origin)) {
            allowOrigin(response, origin);
            response.setHeader("Access-Control-Expose-Headers", RESPONSE_HEADERS);
        }
    }

    /**
     * Answers a preflight by headers alone; one from a foreign origin gets none that allow anything.
     *
     * @param allow the methods of the path, as in {@code Allow}
     * @return whether the request was a preflight
     */
    public boolean preflight(HttpServletRequest request, HttpServletResponse response, String allow) {
        boolean preflight = policy.enabled()
                && "OPTIONS".equals(request.getMethod())
                && request.getHeader("Origin") != null
                && request.getHeader("Access-Control-Request-Method") != null;
        if (!preflight) {
            return false;
        }
        response.addHeader("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        String origin = request.getHeader("Origin");
        if (policy.allows(origin)) {
            allowOrigin(response, origin);
            response.setHeader("Access-Control-Allow-Methods", allow);
            response.setHeader("Access-Control-Allow-Headers", REQUEST_HEADERS);
            response.setHeader("Access-Control-Max-Age", Long.toString(policy.maxAgeSeconds()));
        }
        return true;
    }

    private void allowOrigin(HttpServletResponse response, String origin) {
        boolean anyone = policy.origins().contains("*");
        response.setHeader("Access-Control-Allow-Origin", anyone ? "*" : origin);
        if (policy.credentials()) {
            response.setHeader("Access-Control-Allow-Credentials", "true");
        }
    }
}
