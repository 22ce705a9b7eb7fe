package org.platformforge.observability.rest;

import java.util.Locale;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.observability.metrics.MetricCollector;

/** All figures, as Prometheus scrapes them. */
@Component(service = MetricsResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Observability")
@Path("/metrics")
public final class MetricsResource {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final MetricCollector collector;

    @Activate
    public MetricsResource(@Reference MetricCollector collector) {
        this.collector = collector;
    }

    @GET
    @Produces({"text/plain", OPEN_METRICS})
    @Endpoint(
            operationId = "scrapeMetrics",
            summary = "The platform's figures in the text format of Prometheus, or as OpenMetrics",
            permission = "system:metrics",
            scope = Endpoint.Scope.PLATFORM,
            response = String.class)
    public Response scrape(@Context Caller caller, @HeaderParam(HttpHeaders.ACCEPT) String accept) {
        boolean openMetrics = accept != null && accept.toLowerCase(Locale.ROOT).contains(OPEN_METRICS);
        return Response.ok(collector.page(openMetrics))
                .type(openMetrics ? MetricCollector.OPEN_METRICS : MetricCollector.PLAIN)
                .build();
    }
}
