package org.platformforge.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * Measurements of a service; null is a figure that was not measured.
 *
 * @param step seconds
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record MetricsView(
        String service,
        String environment,
        String timeframe,
        Instant from,
        Instant to,
        long step,
        UnitsView units,
        List<PointView> series,
        SummaryView summary,
        Double cpuCores,
        Long memoryBytes) {
    /** The unit of each figure. */
    public record UnitsView(
            String step, String requests, String errors, String latencyMs, String cpuCores, String memoryBytes) {
        static final UnitsView UNITS = new UnitsView(
                "seconds",
                "requests in the step",
                "answers with status 5xx in the step",
                "milliseconds to the head of the answer",
                "cores, now",
                "bytes, now");
    }

    /** @param at when the step begins */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record PointView(Instant at, Long requests, Long errors, LatencyView latencyMs) {}

    /** @param errorRate errors as a part of the requests, 0 to 1 */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record SummaryView(Long requests, Long errors, Double errorRate, LatencyView latencyMs) {}

    /** Percentiles. */
    public record LatencyView(double p50, double p95, double p99) {}
}
