package org.platformforge.marketplace.domain;

import java.util.Map;

/**
 * What ends a canary by itself. It is withdrawn when its error rate is too high; whether it is promoted, the tenant says.
 *
 * @param promoteAfter calls of the canary after which a good one is promoted; 0 leaves that to people
 */
public record CanaryPolicy(long promoteAfter) {
    public static final CanaryPolicy MANUAL = new CanaryPolicy(0);

    public Map<String, Object> toMap() {
        return Map.of("promote_after", promoteAfter);
    }

    public static CanaryPolicy of(Map<String, Object> map) {
        return new CanaryPolicy(((Number) map.get("promote_after")).longValue());
    }
}
