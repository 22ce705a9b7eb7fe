package org.platformforge.infrastructure.rest;

import java.time.Instant;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.logs.LogStores;
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
    private final LogStores logs;

    /** @param logs beside the document: what the logs take, and how often lines were gone before they could be collected */
    public record MetricsView(
            HostMetrics.Cpu cpu,
            HostMetrics.Space memory,
            HostMetrics.Space disk,
            HostMetrics.Network network,
            LogStores.Figures logs,
            Instant timestamp) {}

    @Activate
    public MetricsResource(@Reference HostMetrics metrics, @Reference LogStores logs) {
        this.metrics = metrics;
        this.logs = logs;
    }

    @GET
    @Endpoint(
            operationId = "getInfrastructureMetrics",
            summary = "Processor, memory, disk and network of the host or the container; sizes in MB",
            permission = Permissions.OPERATE,
            scope = Endpoint.Scope.PLATFORM)
    public MetricsView get(@Context Caller caller) {
        HostMetrics.Figures now = metrics.now();
        return new MetricsView(now.cpu(), now.memory(), now.disk(), now.network(), logs.figures(), now.timestamp());
    }
}
