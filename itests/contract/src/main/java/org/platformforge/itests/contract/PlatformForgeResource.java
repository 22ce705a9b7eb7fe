package org.platformforge.itests.contract;

import java.util.List;
import javax.validation.Valid;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Component;
import org.platformforge.itests.contract.Contract.NewThing;
import org.platformforge.itests.contract.Contract.Thing;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Pagination;

/** Document 002. */
@Component(service = PlatformForgeResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Contract")
@Path("/api/v1/contract/platform-forge")
public final class PlatformForgeResource {
    public record Things(List<Thing> things, Pagination pagination) {}

    @GET
    @Path("errors/{kind}")
    @Endpoint(
            operationId = "contractPlatformForgeError",
            summary = "The error of that kind",
            permission = Endpoint.PUBLIC,
            rateLimits = Endpoint.UNLIMITED)
    public Thing error(@PathParam("kind") String kind) {
        throw Contract.error(kind);
    }

    @GET
    @Path("things")
    @Endpoint(
            operationId = "contractPlatformForgeList",
            summary = "A list in pages",
            permission = Endpoint.ANY_CALLER,
            rateLimits = Endpoint.UNLIMITED,
            response = Things.class)
    public Response list(@Context PageRequest request, @Context UriInfo uri) {
        Page<Thing> page = Contract.page(request);
        return Contract.paged(new Things(page.items(), Pagination.of(request, page)), page, uri.getRequestUri());
    }

    @GET
    @Path("things/{id}")
    @Endpoint(
            operationId = "contractPlatformForgeGet",
            summary = "One thing",
            permission = Endpoint.ANY_CALLER,
            rateLimits = Endpoint.UNLIMITED)
    public Thing get(@PathParam("id") String id) {
        return Contract.thing(id);
    }

    @POST
    @Path("things")
    @Endpoint(
            operationId = "contractPlatformForgeCreate",
            summary = "A validated body",
            permission = "contract:create",
            status = 201,
            rateLimits = Endpoint.UNLIMITED)
    public Thing create(@Valid NewThing thing, @Context Caller caller) {
        return Contract.created(thing);
    }

    @DELETE
    @Path("things/{id}")
    @Endpoint(
            operationId = "contractPlatformForgeDelete",
            summary = "No body",
            permission = "contract:delete",
            rateLimits = Endpoint.UNLIMITED)
    public void delete(@PathParam("id") String id, @Context Caller caller) {
        Contract.thing(id);
    }

    @GET
    @Path("limited")
    @Endpoint(
            operationId = "contractPlatformForgeLimited",
            summary = "Under the policies of the dialect",
            permission = Endpoint.ANY_CALLER)
    public Thing limited() {
        return Contract.thing("thing-1");
    }
}
