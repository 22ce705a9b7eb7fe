package example.template;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Served under {@code /api/v1/ext/example.template/runbooks}. */
@Component(service = RunbookResource.class, property = "osgi.jaxrs.resource:Boolean=true")
@Path("/runbooks")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Runbooks")
@Produces(MediaType.APPLICATION_JSON)
public final class RunbookResource {
    private final ExtensionContext context;

    @Activate
    public RunbookResource(@Reference ExtensionContext context) {
        this.context = context;
    }

    /** @param id of the resource in provisioning */
    @GET
    @Path("{id}")
    @Endpoint(operationId = "getRunbook", summary = "One runbook", permission = "read", errors = ErrorKind.NOT_FOUND)
    public Runbook get(@PathParam("id") String id) {
        return context.tenant()
                .documents(RunbookDriver.COLLECTION)
                .find(id)
                .map(Runbook::of)
                .orElseThrow(() -> PlatformException.notFound("Runbook", id));
    }
}
