package org.platformforge.kernel.security.command;

import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.time.Instant;
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

    static String array(List<Map<String, Object>> objects) {
        return JSONArrayUtils.toJSONString(objects);
    }

    static String object(Map<String, Object> object) {
        return JSONObjectUtils.toJSONString(object);
    }

    static Map<String, Object> of(Tenant tenant) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", tenant.id());
        json.put("name", tenant.name());
        json.put("created_at", text(tenant.createdAt()));
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
        json.put("created_at", text(key.createdAt()));
        json.put("expires_at", text(key.expiresAt()));
        json.put("last_used_at", text(key.lastUsedAt()));
        json.put("revoked_at", text(key.revokedAt()));
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
        json.put("signs_from", text(key.signsFrom()));
        json.put("verifies_until", text(key.verifiesUntil()));
        return json;
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
