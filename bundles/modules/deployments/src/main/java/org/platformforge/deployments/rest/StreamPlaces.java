package org.platformforge.deployments.rest;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** Streams that may be open, of which one tenant takes half at most (and one at least). Thread-safe. */
final class StreamPlaces {
    private final Map<String, Integer> taken = new HashMap<>();
    private final IntSupplier places;

    /** @param places may change at any time */
    StreamPlaces(IntSupplier places) {
        this.places = places;
    }

    synchronized boolean take(String tenantId) {
        if (full(tenantId)) {
            return false;
        }
        taken.merge(tenantId, 1, Integer::sum);
        return true;
    }

    synchronized boolean full(String tenantId) {
        int most = Math.max(1, places.getAsInt());
        int all = taken.values().stream().mapToInt(Integer::intValue).sum();
        return all >= most || taken.getOrDefault(tenantId, 0) >= Math.max(1, most / 2);
    }

    synchronized void giveBack(String tenantId) {
        taken.computeIfPresent(tenantId, (tenant, count) -> count == 1 ? null : count - 1);
    }
}
