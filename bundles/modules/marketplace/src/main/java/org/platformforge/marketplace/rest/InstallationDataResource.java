package org.platformforge.marketplace.rest;

import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.marketplace.domain.ExtensionUse;
import org.platformforge.marketplace.domain.InstallationReader;

/** What an extension keeps for the tenant, also after its installation has ended. */
@Component(service = InstallationDataResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class InstallationDataResource {
    private final InstallationReader reader;
    private final ExtensionUse use;

    @Activate
    public InstallationDataResource(@Reference InstallationReader reader, @Reference ExtensionUse use) {
        this.reader = reader;
        this.use = use;
    }

    @GET
    @Path("/installations/{id}/data")
    @Produces("application/x-ndjson")
    @Endpoint(
            operationId = "exportInstallationData",
            summary = "Everything the extension keeps for the tenant, as JSON lines; also what an uninstallation left",
            permission = "marketplace:install",
            response = StreamingOutput.class,
            streaming = true,
            errors = ErrorKind.NOT_FOUND)
    public Response export(@Context Caller caller, @PathParam("id") String id) {
        String extension = reader.extensionOf(caller, id);
        use.requireKnown(caller, extension);
        StreamingOutput lines = out -> use.export(caller, extension, out);
        return Response.ok(lines).build();
    }

    @DELETE
    @Path("/installations/{id}/data")
    @Endpoint(
            operationId = "eraseInstallationData",
            summary = "Erase for good what an uninstallation has left; by the extension's id",
            permission = "marketplace:install",
            status = 204,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public void erase(@Context Caller caller, @PathParam("id") String id) {
        use.eraseLeft(caller, reader.extensionOf(caller, id));
    }
}
