package org.platformforge.infrastructure.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.health.ComponentHealth;
import org.platformforge.infrastructure.health.ComponentHealth.Status;
import org.platformforge.infrastructure.health.HealthService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 004, "Health Check". Who has no credential learns the whole's status and no more. */
@Component(service = InfrastructureHealthResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.INFRASTRUCTURE, tag = "Infrastructure")
@Path("/api/v1/infrastructure/health")
@Produces(MediaType.APPLICATION_JSON)
public class InfrastructureHealthResource {
    private static final String SEES_COMPONENTS = "infrastructure:read";

    private final HealthService health;

    /**
     * @param status {@code healthy}, {@code degraded} or {@code unhealthy}
     * @param components {@code healthy}, {@code degraded}, {@code unhealthy} or {@code not_configured}, by name; for callers
     *     with the permission {@code infrastructure:read}
     * @param details why a component is not healthy, by name; for operators
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record InfrastructureHealth(
            String status, Map<String, String> components, Map<String, String> details, Instant timestamp) {}

    @Activate
    public InfrastructureHealthResource(@Reference HealthService health) {
        this.health = health;
    }

    @GET
    @Endpoint(
            operationId = "getInfrastructureHealth",
            summary = "Whether the components of the infrastructure are healthy",
            permission = Endpoint.PUBLIC,
            rateLimits = Endpoint.UNLIMITED,
            response = InfrastructureHealth.class,
            sameBody = 503)
    public Response get(@Context Caller caller) {
        HealthService.Report report = health.report();
        boolean components = caller.isPermitted(SEES_COMPONENTS);
        boolean details = caller.isPermitted(Permissions.OPERATE);
        InfrastructureHealth body = new InfrastructureHealth(
                report.status().wire(),
                components ? each(report, one -> one.status().wire()) : null,
                details ? each(report, ComponentHealth::message) : null,
                report.at());
        boolean down = report.status() == Status.UNHEALTHY;
        Response.ResponseBuilder answer =
                Response.status(down ? 503 : 200).entity(body).header("Cache-Control", "no-store");
        return (down ? answer.header("Retry-After", "5") : answer).build();
    }

    /** Without what is empty. */
    private static Map<String, String> each(HealthService.Report report, Function<ComponentHealth, String> fact) {
        Map<String, String> facts = new LinkedHashMap<>();
        report.components().forEach((name, health) -> {
            String value = fact.apply(health);
            if (!value.isEmpty()) {
                facts.put(name, value);
            }
        });
        return facts;
    }
}
