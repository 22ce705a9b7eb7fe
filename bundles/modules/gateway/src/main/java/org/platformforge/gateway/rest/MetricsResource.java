package org.platformforge.gateway.rest;

import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.domain.Metrics;
import org.platformforge.gateway.domain.MetricsService;
import org.platformforge.gateway.rest.MetricsView.LatencyView;
import org.platformforge.gateway.rest.MetricsView.PointView;
import org.platformforge.gateway.rest.MetricsView.SummaryView;
import org.platformforge.gateway.rest.MetricsView.UnitsView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 000, "Get Metrics". */
@Component(service = MetricsResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Metrics")
@Path("/api/v1/metrics")
@Produces(MediaType.APPLICATION_JSON)
public class MetricsResource {
    private final MetricsService metrics;

    @Activate
    public MetricsResource(@Reference MetricsService metrics) {
        this.metrics = metrics;
    }

    @GET
    @Endpoint(
            operationId = "getMetrics",
            summary = "Requests, errors and latency of a service as the gateway measured them, and what it uses now",
            permission = "metrics:read",
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND})
    public MetricsView get(
            @Context Caller caller,
            @QueryParam("service") String service,
            @QueryParam("environment") String environment,
            @QueryParam("timeframe") @DefaultValue("1h") String timeframe) {
        String wanted = environment == null || environment.isBlank() ? null : environment;
        return view(metrics.metrics(caller, service, wanted, timeframe));
    }

    static MetricsView view(Metrics metrics) {
        return new MetricsView(
                metrics.service(),
                metrics.environment(),
                metrics.timeframe(),
                metrics.from(),
                metrics.to(),
                metrics.stepSeconds(),
                UnitsView.UNITS,
                metrics.series().stream().map(MetricsResource::point).toList(),
                summary(metrics.summary()),
                metrics.cpuCores(),
                metrics.memoryBytes());
    }

    private static PointView point(Metrics.Point point) {
        return new PointView(point.at(), point.requests(), point.errors(), latency(point.latency()));
    }

    private static SummaryView summary(Metrics.Point all) {
        Double rate = all.requests() == null ? null : (double) all.errors() / all.requests();
        return new SummaryView(all.requests(), all.errors(), rate, latency(all.latency()));
    }

    private static LatencyView latency(Metrics.Latency latency) {
        return latency == null ? null : new LatencyView(latency.p50(), latency.p95(), latency.p99());
    }
}
