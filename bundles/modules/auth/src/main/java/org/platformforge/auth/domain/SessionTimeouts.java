package org.platformforge.auth.domain;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * After which time without a refresh sessions end: the platform's, and shorter ones of single tenants.
 *
 * @param tenants by tenant id
 */
record SessionTimeouts(Duration platform, Map<String, Duration> tenants) {
    private static final long SHORTEST = 1;

    static SessionTimeouts of(AuthConfig config) {
        Map<String, Duration> tenants = new HashMap<>();
        for (String override : config.session_timeout_seconds_tenants().split(",")) {
            String[] parts = override.strip().split("=", 2);
            if (parts.length == 2 && parts[1].matches("[0-9]{1,10}")) {
                tenants.put(parts[0], Duration.ofSeconds(Math.max(SHORTEST, Long.parseLong(parts[1]))));
            }
        }
        Duration platform = Duration.ofSeconds(Math.max(SHORTEST, config.session_timeout_seconds()));
        return new SessionTimeouts(platform, Map.copyOf(tenants));
    }

    Duration of(String tenantId) {
        Duration own = tenants.getOrDefault(tenantId, platform);
        return own.compareTo(platform) < 0 ? own : platform;
    }
}
