package org.platformforge.infrastructure.rest;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.resource.ResourceOrder;
import org.platformforge.infrastructure.resource.ResourceService;
import org.platformforge.infrastructure.resource.ResourceService.Draft;
import org.platformforge.infrastructure.resource.ResourceService.Found;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Document 001, "Infrastructure API"; one of them and its deletion in the same style. */
@Component(service = InfrastructureResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.API_REFERENCE, tag = "Infrastructure resources")
@Path("/api/v1/infrastructure/resources")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class InfrastructureResource {
    private static final int POLL_SECONDS = 2;

    private final ResourceService resources;

    /**
     * @param type one that an engine makes; an unknown one is answered with those there are
     * @param provider the engine; the one the platform prefers where it is left out
     * @param region for engines that know regions
     * @param specs as the engine documents them
     * @param tags {@code environment} is where it belongs
     */
    public record ResourceRequest(
            String type, String provider, String region, Map<String, Object> specs, Map<String, Object> tags) {}

    /**
     * @param status {@code provisioning}, {@code active}, {@code failed} or {@code deleting}
     * @param state as its engine sees it now; null when it holds nothing
     * @param outputs what the engine made, such as an address
     */
    public record ResourceView(
            String id,
            String type,
            String provider,
            String engine,
            String region,
            Map<String, Object> specs,
            Map<String, Object> tags,
            String status,
            String state,
            Map<String, String> outputs,
            String problem,
            String operationId,
            Instant createdAt) {
        static ResourceView of(Found found) {
            ResourceOrder order = found.order();
            Seen seen = found.seen();
            return new ResourceView(
                    order.id(),
                    order.type(),
                    order.provider(),
                    seen == null ? null : seen.engine(),
                    order.region(),
                    order.specs(),
                    order.tags(),
                    order.status().name().toLowerCase(Locale.ROOT),
                    seen == null ? null : seen.state(),
                    seen == null ? Map.of() : seen.outputs(),
                    order.problem(),
                    order.operationId(),
                    order.createdAt());
        }
    }

    public record ResourceList(List<ResourceView> resources, long total, int limit, int offset) {}

    public record RemovalView(String id, String status, String operationId) {}

    @Activate
    public InfrastructureResource(@Reference ResourceService resources) {
        this.resources = resources;
    }

    @GET
    @Endpoint(
            operationId = "listInfrastructureResources",
            summary = "Infrastructure resources, newest first",
            permission = "infrastructure:read",
            errors = ErrorKind.UNAVAILABLE)
    public ResourceList list(@Context Caller caller, @Context PageRequest request) {
        List<ResourceOrder> all = resources.list(caller);
        List<ResourceView> page = all.stream()
                .skip(request.offset())
                .limit(request.limit())
                .map(order -> ResourceView.of(resources.seen(caller, order)))
                .toList();
        return new ResourceList(page, all.size(), request.limit(), request.offset());
    }

    @GET
    @Path("/{resource_id}")
    @Endpoint(
            operationId = "getInfrastructureResource",
            summary = "An infrastructure resource",
            permission = "infrastructure:read",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.UNAVAILABLE})
    public ResourceView get(@Context Caller caller, @PathParam("resource_id") String id) {
        return ResourceView.of(resources.get(caller, id));
    }

    @POST
    @Endpoint(
            operationId = "provisionInfrastructureResource",
            summary = "Provision a resource of a type that an engine makes",
            permission = "infrastructure:create",
            status = 202,
            response = ResourceView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.UNAVAILABLE})
    public Response create(@Context Caller caller, @Valid @NotNull ResourceRequest request) {
        ResourceOrder order = resources.create(
                caller,
                new Draft(request.type(), request.provider(), request.region(), request.specs(), request.tags()));
        return accepted(ResourceView.of(new Found(order, null)), order.operationId());
    }

    private static Response accepted(Object body, String operationId) {
        return Response.accepted(body)
                .location(URI.create("/api/v1/operations/" + operationId))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }

    @DELETE
    @Path("/{resource_id}")
    @Endpoint(
            operationId = "deleteInfrastructureResource",
            summary = "Delete an infrastructure resource; it is gone when its engine says so",
            permission = "infrastructure:delete",
            status = 202,
            response = RemovalView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response delete(@Context Caller caller, @PathParam("resource_id") String id) {
        String operationId = resources.delete(caller, id).id();
        return accepted(new RemovalView(id, "deleting", operationId), operationId);
    }
}
