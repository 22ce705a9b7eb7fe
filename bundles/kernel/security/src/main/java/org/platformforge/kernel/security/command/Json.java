package org.platformforge.kernel.security.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.api.security.RateLimiter.Policy;
import org.platformforge.kernel.api.security.Tenants.Tenant;
import org.platformforge.kernel.security.token.SigningKeys.Published;

/** What the commands print for scripts; names as the REST routes have them. */
final class Json {
    private Json() {}

    static Map<String, Object> of(Tenant tenant) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", tenant.id());
        json.put("name", tenant.name());
        json.put("created_at", tenant.createdAt());
        return json;
    }

    static Map<String, Object> of(ApiKey key) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", key.id());
        json.put("tenant_id", key.tenantId());
        json.put("type", key.type().name().toLowerCase(Locale.ROOT));
        json.put("name", key.name());
        json.put("prefix", key.prefix());
        json.put("plan", key.plan());
        json.put("roles", List.copyOf(new TreeSet<>(key.roles())));
        json.put("scopes", List.copyOf(new TreeSet<>(key.scopes())));
        json.put("created_by", key.createdBy());
        json.put("created_at", key.createdAt());
        json.put("expires_at", key.expiresAt());
        json.put("last_used_at", key.lastUsedAt());
        json.put("revoked_at", key.revokedAt());
        json.put("rotated_to", key.rotatedTo());
        return json;
    }

    static Map<String, Object> of(Policy policy) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", policy.name());
        json.put("limit", policy.limit());
        json.put("window_seconds", policy.window().toMillis() / 1000.0);
        json.put("per", policy.per());
        return json;
    }

    static Map<String, Object> of(Published key) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kid", key.kid());
        json.put("state", key.state().name().toLowerCase(Locale.ROOT));
        json.put("signs_from", key.signsFrom());
        json.put("verifies_until", key.verifiesUntil());
        return json;
    }
}
