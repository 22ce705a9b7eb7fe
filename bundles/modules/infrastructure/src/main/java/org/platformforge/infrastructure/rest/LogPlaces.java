package org.platformforge.infrastructure.rest;

import java.util.HashMap;
import java.util.Map;

/** Places for streams, of which one tenant gets half at most. Thread-safe. */
final class LogPlaces {
    private final Map<String, Integer> taken = new HashMap<>();

    synchronized boolean full(String tenantId, int most) {
        int all = taken.values().stream().mapToInt(Integer::intValue).sum();
        return all >= Math.max(1, most) || taken.getOrDefault(tenantId, 0) >= Math.max(1, most / 2);
    }

    synchronized boolean take(String tenantId, int most) {
        if (full(tenantId, most)) {
            return false;
        }
        taken.merge(tenantId, 1, Integer::sum);
        return true;
    }

    synchronized void giveBack(String tenantId) {
        taken.computeIfPresent(tenantId, (tenant, count) -> count == 1 ? null : count - 1);
    }
}
