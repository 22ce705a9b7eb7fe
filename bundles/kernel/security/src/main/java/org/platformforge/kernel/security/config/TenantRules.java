package org.platformforge.kernel.security.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the settings of the platform, under {@code *}, and of single tenants ask of access tokens. They come checked ({@link
 * SecurityConfig#SETTINGS_PID}), or from the file; what makes no sense is as if it were not there.
 *
 * @param sessionTimeouts by tenant
 * @param mfaRequired the tenants
 */
record TenantRules(Map<String, Duration> sessionTimeouts, Set<String> mfaRequired) {
    private static final String EVERYBODY = "*";

    static TenantRules of(Map<String, Object> properties) {
        Map<String, Duration> timeouts = new HashMap<>();
        values(properties, "session.timeout.seconds").forEach((tenant, value) -> {
            if (value.matches("[1-9][0-9]{0,9}")) {
                timeouts.put(tenant, Duration.ofSeconds(Long.parseLong(value)));
            }
        });
        Set<String> required = new HashSet<>();
        values(properties, "mfa.required").forEach((tenant, value) -> {
            if (value.equals("true")) {
                required.add(tenant);
            }
        });
        return new TenantRules(Map.copyOf(timeouts), Set.copyOf(required));
    }

    private static Map<String, String> values(Map<String, Object> properties, String key) {
        Map<String, String> values = new HashMap<>();
        values.put(EVERYBODY, String.valueOf(properties.get(key)).strip());
        for (String override :
                String.valueOf(properties.getOrDefault(key + ".tenants", "")).split(",")) {
            String[] parts = override.strip().split("=", 2);
            if (parts.length == 2) {
                values.put(parts[0], parts[1].strip());
            }
        }
        return values;
    }

    /** The shortest of all that apply. */
    Duration tokenLifetime(Duration configured, String tenantId) {
        Duration shortest = configured;
        for (String key : List.of(EVERYBODY, tenantId)) {
            Duration timeout = sessionTimeouts.getOrDefault(key, configured);
            shortest = timeout.compareTo(shortest) < 0 ? timeout : shortest;
        }
        return shortest;
    }

    boolean requiresMfa(String tenantId) {
        return mfaRequired.contains(EVERYBODY) || mfaRequired.contains(tenantId);
    }
}
