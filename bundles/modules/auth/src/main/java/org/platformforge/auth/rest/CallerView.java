package org.platformforge.auth.rest;

import java.util.List;
import java.util.Locale;
import org.platformforge.kernel.api.Caller;

/** Answer of {@code GET /auth/me}. */
public record CallerView(
        String subject, String tenantId, String scheme, List<String> roles, String onBehalfOf, String plan) {
    static CallerView of(Caller caller) {
        return new CallerView(
                caller.subject(),
                caller.tenantId(),
                caller.scheme().name().toLowerCase(Locale.ROOT),
                caller.roles().stream().sorted().toList(),
                caller.onBehalfOf().orElse(null),
                caller.plan().orElse(null));
    }
}
