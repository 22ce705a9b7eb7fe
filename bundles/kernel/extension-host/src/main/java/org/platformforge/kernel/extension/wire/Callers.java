package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.platformforge.kernel.api.Caller;

/** Who is behind a call, as JSON. What is permitted is asked of the platform. Stateless. */
public final class Callers {
    private Callers() {}

    public static ObjectNode write(Caller caller) {
        ObjectNode json = Frames.JSON.createObjectNode();
        json.put("scheme", caller.scheme().name())
                .put("tenant", caller.tenantId())
                .put("subject", caller.subject())
                .put("on_behalf_of", caller.onBehalfOf().orElse(null))
                .put("session", caller.sessionId().orElse(null))
                .put("plan", caller.plan().orElse(null))
                .put("request_id", caller.requestId())
                .put("remote_address", caller.remoteAddress())
                .put("user_agent", caller.userAgent());
        caller.roles().forEach(json.putArray("roles")::add);
        return json;
    }

    /** @param permitted asks the platform */
    public static Caller read(JsonNode json, Predicate<String> permitted) {
        Set<String> roles = new LinkedHashSet<>();
        json.path("roles").forEach(role -> roles.add(role.asText()));
        return new Told(
                Caller.Scheme.valueOf(json.path("scheme").asText()),
                text(json, "tenant"),
                text(json, "subject"),
                Optional.ofNullable(text(json, "on_behalf_of")),
                Set.copyOf(roles),
                Optional.ofNullable(text(json, "session")),
                Optional.ofNullable(text(json, "plan")),
                text(json, "request_id"),
                text(json, "remote_address"),
                text(json, "user_agent"),
                permitted);
    }

    private static String text(JsonNode json, String key) {
        return json.path(key).isTextual() ? json.path(key).textValue() : null;
    }

    private record Told(
            Scheme scheme,
            String tenantId,
            String subject,
            Optional<String> onBehalfOf,
            Set<String> roles,
            Optional<String> sessionId,
            Optional<String> plan,
            String requestId,
            String remoteAddress,
            String userAgent,
            Predicate<String> permitted)
            implements Caller {
        @Override
        public boolean isPermitted(String permission) {
            return permitted.test(permission);
        }
    }
}
