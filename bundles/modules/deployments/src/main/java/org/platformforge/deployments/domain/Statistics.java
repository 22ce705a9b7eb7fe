package org.platformforge.deployments.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.Store;

/** Figures of a tenant's deployments, document 003; deleted ones do not count. Thread-safe. */
@Component(service = Statistics.class)
public class Statistics {
    private static final double MILLIS = 1000;
    private static final int P95 = 95;
    private static final int PERCENT = 100;

    private final Store store;
    private final DeploymentTable deployments;

    /**
     * @param successRate running of all, in percent to one decimal; 0 when there are none
     * @param leadMedian seconds from the request to running, of the last rollout of each; null without any
     * @param reasons why attempts failed that were not mended, by code
     */
    public record Figures(
            long total,
            long running,
            long failed,
            double successRate,
            Map<Status, Long> byStatus,
            Double leadMedian,
            Double leadP95,
            Map<String, Long> reasons) {}

    @Activate
    public Statistics(@Reference Store store, @Reference DeploymentTable deployments) {
        this.store = store;
        this.deployments = deployments;
    }

    public Figures of(Caller caller) {
        return store.call(caller.tenantId(), tx -> {
            Map<Status, Long> counts = deployments.countByStatus(tx);
            counts.remove(Status.DELETED);
            long total = counts.values().stream().mapToLong(Long::longValue).sum();
            long running = counts.getOrDefault(Status.RUNNING, 0L);
            List<Long> lead = deployments.leadMillis(tx);
            return new Figures(
                    total,
                    running,
                    counts.getOrDefault(Status.FAILED, 0L),
                    rate(running, total),
                    counts,
                    percentile(lead, PERCENT / 2),
                    percentile(lead, P95),
                    deployments.failures(tx));
        });
    }

    static double rate(long running, long total) {
        return total == 0
                ? 0
                : BigDecimal.valueOf(running * PERCENT)
                        .divide(BigDecimal.valueOf(total), 1, RoundingMode.HALF_UP)
                        .doubleValue();
    }

    /** The smallest value that so many percent do not exceed (nearest rank), in seconds. */
    static Double percentile(List<Long> ascending, int percent) {
        if (ascending.isEmpty()) {
            return null;
        }
        int rank = (int) Math.ceil(ascending.size() * percent / (double) PERCENT);
        return ascending.get(Math.max(0, rank - 1)) / MILLIS;
    }
}
