package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The headers that many answers carry, described once. */
final class CommonHeaders {
    static final String REQUEST_ID = "X-Request-Id";
    static final String RETRY_AFTER = "Retry-After";
    static final String LINK = "Link";
    private static final String[] RATE_LIMITS = {
        "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy"
    };

    private CommonHeaders() {}

    static void reference(ObjectNode headers, String name) {
        headers.putObject(name).put("$ref", "#/components/headers/" + name);
    }

    static void referenceRateLimits(ObjectNode headers) {
        for (String name : RATE_LIMITS) {
            reference(headers, name);
        }
    }

    static void addTo(ObjectNode components) {
        header(components, REQUEST_ID, "string", "The id of this request in logs and audit records.");
        header(components, RETRY_AFTER, "integer", "Seconds to wait before trying again.");
        header(
                components,
                LINK,
                "string",
                "Of a list the next page, with rel=next; of an error what is known of it, with rel=help.");
        header(components, "X-RateLimit-Limit", "integer", "Requests allowed in the window.");
        header(components, "X-RateLimit-Remaining", "integer", "Requests left in the window.");
        header(components, "X-RateLimit-Reset", "integer", "When the window is fresh again, in epoch seconds.");
        header(components, "RateLimit", "string", "The tightest policy: name, rest, seconds to its reset.");
        header(components, "RateLimit-Policy", "string", "That policy's quota and window in seconds.");
    }

    private static void header(ObjectNode components, String name, String type, String description) {
        ObjectNode header = components.putObject(name).put("description", description);
        header.set("schema", Json.type(type));
    }
}
