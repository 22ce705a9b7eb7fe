package org.platformforge.kernel.http.health;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.chain.PlatformServices;
import org.platformforge.kernel.http.generation.ApiDescriptions;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.platformforge.kernel.http.openapi.OpenApiDocument;

/** The OpenAPI document of the routes the caller can reach at this moment: those of its tenant's extensions too. */
@Component(service = OpenApiResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "API description")
@Path("/api/v1/openapi.json")
public final class OpenApiResource {
    private final ApiDescriptions descriptions;
    private final PlatformServices services;

    @Activate
    public OpenApiResource(@Reference GenerationRegistry registry, @Reference PlatformServices services) {
        this.descriptions = new ApiDescriptions(registry.board(), registry.extensions());
        this.services = services;
    }

    @GET
    @Produces("application/json")
    @Endpoint(
            operationId = "getOpenApi",
            summary = "This API as an OpenAPI document",
            permission = Endpoint.PUBLIC,
            response = Object.class)
    public Response document(@Context Caller caller) {
        OpenApiDocument document = descriptions.of(caller, services.extensions());
        boolean anybody = caller.scheme() == Caller.Scheme.NONE;
        return Response.ok(document.json())
                .header("ETag", document.etag())
                .header("Cache-Control", anybody ? "no-cache" : "private, no-cache")
                .header("Vary", "Authorization, X-API-Key")
                .build();
    }
}
