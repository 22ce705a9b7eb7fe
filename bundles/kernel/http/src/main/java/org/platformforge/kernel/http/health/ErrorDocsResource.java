package org.platformforge.kernel.http.health;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.dialect.ErrorDocs;

/** The page that {@code type} and {@code Link: rel="help"} of an error answer point to. */
@Component(service = ErrorDocsResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "API description")
@Path(ErrorDocs.PATH)
public final class ErrorDocsResource {
    private static final String HTML = "text/html;charset=utf-8";
    private final String page = ErrorDocs.page();

    @GET
    @Produces("text/html")
    @Endpoint(
            operationId = "getErrorDocs",
            summary = "What the errors mean and what to do about them, as a page",
            permission = Endpoint.PUBLIC,
            response = String.class)
    public Response page() {
        return Response.ok(page, HTML)
                .header("Cache-Control", "public, max-age=3600")
                .build();
    }
}
