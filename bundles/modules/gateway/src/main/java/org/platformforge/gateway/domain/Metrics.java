package org.platformforge.gateway.domain;

import java.time.Instant;
import java.util.List;

/**
 * What was measured of a service, in steps.
 *
 * @param environment null for all environments together
 * @param cpuCores in use now by what is behind the service's routes; null when not measured
 * @param memoryBytes resident now; null when not measured
 */
public record Metrics(
        String service,
        String environment,
        String timeframe,
        Instant from,
        Instant to,
        long stepSeconds,
        List<Point> series,
        Point summary,
        Double cpuCores,
        Long memoryBytes) {
    /**
     * One step; everything but its beginning is null when nothing was measured in it.
     *
     * @param at when it begins
     */
    public record Point(Instant at, Long requests, Long errors, Latency latency) {}

    /** Milliseconds. */
    public record Latency(double p50, double p95, double p99) {}
}
