package org.platformforge.gateway.proxy;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.domain.MetricRecorder;
import org.platformforge.gateway.domain.RouteTable;
import org.platformforge.gateway.domain.Traffic;
import org.platformforge.kernel.api.metrics.DurationHistogram;
import org.platformforge.kernel.api.metrics.MetricSink;
import org.platformforge.kernel.api.metrics.MetricSource;

/** All applications together: each one's own figures are its tenant's, {@code GET /api/v1/metrics}. Thread-safe. */
@Component
public final class GatewayMetrics implements MetricSource {
    private final RouteTable routes;
    private final Traffic traffic;
    private final MetricRecorder recorder;

    @Activate
    public GatewayMetrics(
            @Reference RouteTable routes, @Reference Traffic traffic, @Reference MetricRecorder recorder) {
        this.routes = routes;
        this.traffic = traffic;
        this.recorder = recorder;
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public void collect(MetricSink sink) {
        sink.gauge(
                "forge_gateway_routes",
                "Host names that lead to an application.",
                routes.all().size());
        long upstreams = routes.all().stream()
                .mapToLong(route -> route.upstreams().size())
                .sum();
        sink.gauge("forge_gateway_upstreams", "Applications requests can go to.", upstreams);
        sink.gauge("forge_gateway_active_requests", "Requests that are with an application now.", traffic.requests());
        sink.counter(
                "forge_gateway_connect_failures_total",
                "Times an application did not take a connection or broke it off.",
                traffic.failures());
        for (int statusClass = 1; statusClass < MetricRecorder.CLASSES; statusClass++) {
            DurationHistogram durations = recorder.all(statusClass);
            sink.histogram(
                    "forge_gateway_upstream_duration_seconds",
                    "Time until the head of an application's answer.",
                    durations,
                    "status",
                    statusClass + "xx");
        }
    }
}
