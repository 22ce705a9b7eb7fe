package org.platformforge.kernel.http.health;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.platformforge.kernel.http.openapi.OpenApiDocument;

/** The OpenAPI document of the routes that are installed at this moment. */
@Component(service = OpenApiResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "API description")
@Path("/api/v1/openapi.json")
public final class OpenApiResource {
    private final GenerationRegistry registry;

    @Activate
    public OpenApiResource(@Reference GenerationRegistry registry) {
        this.registry = registry;
    }

    @GET
    @Produces("application/json")
    @Endpoint(
            operationId = "getOpenApi",
            summary = "This API as an OpenAPI document",
            permission = Endpoint.PUBLIC,
            response = Object.class)
    public Response document() {
        OpenApiDocument document = registry.board().openApi();
        return Response.ok(document.json())
                .header("ETag", document.etag())
                .header("Cache-Control", "no-cache")
                .build();
    }
}
