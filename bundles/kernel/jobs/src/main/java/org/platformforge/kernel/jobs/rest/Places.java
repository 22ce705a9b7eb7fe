package org.platformforge.kernel.jobs.rest;

import java.util.HashMap;
import java.util.Map;

/**
 * A bounded number of places for requests that hold a thread, of which one tenant takes half at most (and one at least).
 * The bound may change at any time. Thread-safe.
 */
final class Places {
    private final Map<String, Integer> taken = new HashMap<>();
    private int places;

    Places(int places) {
        this.places = places;
    }

    synchronized void resize(int now) {
        places = now;
    }

    synchronized boolean take(String tenantId) {
        if (full(tenantId)) {
            return false;
        }
        taken.merge(tenantId, 1, Integer::sum);
        return true;
    }

    /** Whether there is none left for the tenant. */
    synchronized boolean full(String tenantId) {
        int all = taken.values().stream().mapToInt(Integer::intValue).sum();
        return all >= places || taken.getOrDefault(tenantId, 0) >= Math.max(1, places / 2);
    }

    synchronized void giveBack(String tenantId) {
        taken.computeIfPresent(tenantId, (tenant, count) -> count == 1 ? null : count - 1);
    }
}
