package org.platformforge.kernel.http.log;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.platformforge.kernel.api.http.LogStreams;

final class TenantPlaces implements LogStreams.Places {
    private final Map<String, Integer> taken = new HashMap<>();
    private final IntSupplier places;

    TenantPlaces(IntSupplier places) {
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
