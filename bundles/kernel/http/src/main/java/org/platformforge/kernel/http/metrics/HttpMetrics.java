package org.platformforge.kernel.http.metrics;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.metrics.DurationHistogram;
import org.platformforge.kernel.api.metrics.MetricSink;
import org.platformforge.kernel.api.metrics.MetricSource;
import org.platformforge.kernel.http.generation.Generation;
import org.platformforge.kernel.http.generation.GenerationRegistry;

/** The request chain and the generations behind it. Thread-safe. */
@Component
public final class HttpMetrics implements MetricSource {
    private static final String MODULE = "module";
    private static final String OUTCOME = "outcome";

    private final GenerationRegistry registry;
    private final ChainCounters counters;

    @Activate
    public HttpMetrics(@Reference GenerationRegistry registry, @Reference ChainCounters counters) {
        this.registry = registry;
        this.counters = counters;
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public void collect(MetricSink sink) {
        Map<String, Integer> active = new TreeMap<>();
        Collection<Generation> serving = registry.board().serving();
        serving.forEach(one -> active.merge(one.symbolicName(), one.inFlight().count(), Integer::sum));
        registry.draining()
                .forEach(one -> active.merge(one.symbolicName(), one.inFlight().count(), Integer::sum));
        active.forEach((module, count) -> sink.gauge(
                "http_server_active_requests", "Requests that modules are answering now.", count, MODULE, module));
        serving.forEach(one -> sink.gauge(
                "forge_module_routes",
                "Routes that a module serves.",
                one.routes().size(),
                MODULE,
                one.symbolicName()));
        registry.meters().swaps().forEach((module, swaps) -> {
            sink.counter(
                    "forge_module_swaps_total",
                    "Generations of a module that were replaced by another while the platform ran.",
                    swaps.swaps(),
                    MODULE,
                    module);
            sink.counter(
                    "forge_module_swap_failed_requests_total",
                    "Answers 5xx of a module from the moment of a swap until the old generation was drained.",
                    swaps.failed(),
                    MODULE,
                    module);
        });
        counters.limitedByPolicy()
                .forEach((policy, count) -> sink.counter(
                        "http_server_rate_limited_total",
                        "Requests refused by a rate limit.",
                        count,
                        "policy",
                        policy));
        String help = "Requests with an Idempotency-Key by what became of them.";
        sink.counter("http_server_idempotent_requests_total", help, counters.executions(), OUTCOME, "executed");
        sink.counter("http_server_idempotent_requests_total", help, counters.replays(), OUTCOME, "replayed");
        registry.meters().forEach((key, meter) -> durations(sink, key, meter));
    }

    private static void durations(MetricSink sink, RouteMeters.Key key, RouteMeter meter) {
        for (int statusClass = 0; statusClass < RouteMeter.CLASSES; statusClass++) {
            DurationHistogram durations = meter.of(statusClass);
            if (durations != null) {
                sink.histogram(
                        "http_server_request_duration_seconds",
                        "Time from the arrival of a request to the end of its answer.",
                        durations,
                        MODULE,
                        key.module(),
                        "method",
                        key.method(),
                        "route",
                        key.route(),
                        "status",
                        statusClass + "xx");
            }
        }
    }
}
