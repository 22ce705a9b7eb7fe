package org.platformforge.auth.rest;

import java.util.List;
import java.util.Locale;
import org.platformforge.kernel.api.Caller;

/**
 * Answer of {@code GET /auth/me}.
 *
 * @param scopes permissions that the credential is narrowed to; empty for all that the roles grant
 */
public record CallerView(
        String subject,
        String tenantId,
        String scheme,
        List<String> roles,
        List<String> scopes,
        String onBehalfOf,
        String plan) {
    static CallerView of(Caller caller) {
        return new CallerView(
                caller.subject(),
                caller.tenantId(),
                caller.scheme().name().toLowerCase(Locale.ROOT),
                caller.roles().stream().sorted().toList(),
                caller.scopes().stream().sorted().toList(),
                caller.onBehalfOf().orElse(null),
                caller.plan().orElse(null));
    }
}
