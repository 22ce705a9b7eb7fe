package org.platformforge.infrastructure.rest;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.metrics.HostMetrics;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 004, "Metrics". They are of the host, so they are for those who run it. */
@Component(service = MetricsResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.INFRASTRUCTURE, tag = "Infrastructure")
@Path("/api/v1/infrastructure/metrics")
@Produces(MediaType.APPLICATION_JSON)
public class MetricsResource {
    private final HostMetrics metrics;

    @Activate
    public MetricsResource(@Reference HostMetrics metrics) {
        this.metrics = metrics;
    }

    @GET
    @Endpoint(
            operationId = "getInfrastructureMetrics",
            summary = "Processor, memory, disk and network of the host or the container; sizes in MB",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM)
    public HostMetrics.Figures get(@Context Caller caller) {
        return metrics.now();
    }
}
