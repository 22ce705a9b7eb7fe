package org.platformforge.admin.store;

import java.time.Instant;
import java.util.Map;

/**
 * One state of a tenant's settings.
 *
 * @param version from 1 on; 0 when nothing was ever set
 * @param values by wire name
 * @param remark why it was changed, or null
 */
public record SettingsVersion(
        String tenantId, long version, Map<String, Object> values, Instant changedAt, String changedBy, String remark) {

    public static SettingsVersion none(String tenantId) {
        return new SettingsVersion(tenantId, 0, Map.of(), null, null, null);
    }
}
