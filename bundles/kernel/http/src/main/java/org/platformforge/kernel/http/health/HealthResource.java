package org.platformforge.kernel.http.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** {@code /health} as document 003 shows it, and the two questions an orchestrator asks. */
@Component(service = HealthResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Health")
@Path("/health")
public final class HealthResource {

    private final Readiness readiness;
    private final String version;

    /** @param status {@code healthy} or {@code unhealthy} */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Health(String status, String service, String version, List<Check> checks) {}

    /** @param message why it is not ready; for anybody but operators only that it is not */
    public record Check(String name, String status, String message) {}

    /** @param ready whether every part of the platform is there; @param waitingFor what is not */
    public record Ready(boolean ready, List<Check> waitingFor) {}

    public record Live(boolean live) {}

    @Activate
    public HealthResource(@Reference Readiness readiness, BundleContext context) {
        this.readiness = readiness;
        this.version = context.getBundle().getVersion().toString();
    }

    @GET
    @Endpoint(
            operationId = "getHealth",
            summary = "Whether the platform is healthy",
            permission = Endpoint.PUBLIC,
            rateLimits = Endpoint.UNLIMITED,
            response = Health.class,
            sameBody = 503)
    public Response health(@Context Caller caller) {
        List<Readiness.State> states = readiness.states();
        boolean ready = states.stream().noneMatch(Readiness.State::isUnready);
        List<Check> checks = Operators.include(caller)
                ? states.stream().map(HealthResource::full).toList()
                : null;
        return answer(ready, new Health(ready ? "healthy" : "unhealthy", "Platform Forge", version, checks));
    }

    @GET
    @Path("live")
    @Endpoint(
            operationId = "getLiveness",
            summary = "Whether the process answers",
            permission = Endpoint.PUBLIC,
            rateLimits = Endpoint.UNLIMITED)
    public Live live() {
        return new Live(true);
    }

    @GET
    @Path("ready")
    @Endpoint(
            operationId = "getReadiness",
            summary = "Whether the platform takes work, and what it waits for",
            permission = Endpoint.PUBLIC,
            rateLimits = Endpoint.UNLIMITED,
            response = Ready.class,
            sameBody = 503)
    public Response ready(@Context Caller caller) {
        boolean detailed = Operators.include(caller);
        List<Check> waitingFor = readiness.states().stream()
                .filter(Readiness.State::isUnready)
                .map(state -> detailed ? full(state) : new Check(state.name(), status(state), "Not ready"))
                .toList();
        return answer(waitingFor.isEmpty(), new Ready(waitingFor.isEmpty(), waitingFor));
    }

    private static Response answer(boolean ready, Object body) {
        Response.ResponseBuilder answer = Response.status(ready ? 200 : 503).entity(body);
        return (ready ? answer : answer.header("Retry-After", "2")).build();
    }

    private static Check full(Readiness.State state) {
        return new Check(state.name(), status(state), state.message());
    }

    private static String status(Readiness.State state) {
        return state.status().name().toLowerCase(Locale.ROOT);
    }
}
