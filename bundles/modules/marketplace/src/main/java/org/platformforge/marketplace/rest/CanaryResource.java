package org.platformforge.marketplace.rest;

import java.util.List;
import java.util.Map;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.marketplace.domain.CanaryService;
import org.platformforge.marketplace.domain.InstallPlanner;
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.rest.Views.AcceptedView;

/** A higher version that takes a share of the tenant's requests. */
@Component(service = CanaryResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class CanaryResource {
    private final InstallationReader reader;
    private final CanaryService canaries;

    @Activate
    public CanaryResource(@Reference InstallationReader reader, @Reference CanaryService canaries) {
        this.reader = reader;
        this.canaries = canaries;
    }

    /**
     * @param percent share of the tenant's callers, 1 to 99; each stays with one version
     * @param promoteAfter good calls after which it is promoted by itself, the operator's least number of calls at the soonest; 0
     *     or nothing leaves that to people
     */
    public record CanaryRequest(
            String version,
            int percent,
            Long promoteAfter,
            Map<String, Object> configuration,
            List<String> acceptedPermissions) {}

    @PUT
    @Path("/installations/{id}/canary")
    @Endpoint(
            operationId = "startCanary",
            summary = "Let a higher version serve a share of the tenant's callers",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.UNPROCESSABLE, ErrorKind.CONFLICT},
            maxBody = InstallationResource.LARGEST_BODY)
    public Response canary(@Context Caller caller, @PathParam("id") String id, CanaryRequest request) {
        InstallPlanner.Wish wish = new InstallationResource.InstallRequest(
                        request.version(), request.configuration(), request.acceptedPermissions(), false, false)
                .wish();
        long promoteAfter = request.promoteAfter() == null ? 0 : request.promoteAfter();
        return Answers.accepted(
                canaries.start(caller, reader.extensionOf(caller, id), wish, request.percent(), promoteAfter));
    }

    @POST
    @Path("/installations/{id}/canary/promote")
    @Endpoint(
            operationId = "promoteCanary",
            summary = "Serve the whole tenant by the canary",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response promote(@Context Caller caller, @PathParam("id") String id) {
        return Answers.accepted(canaries.promote(caller, reader.extensionOf(caller, id)));
    }

    @DELETE
    @Path("/installations/{id}/canary")
    @Endpoint(
            operationId = "withdrawCanary",
            summary = "End the canary; its figures are kept in the history",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response withdraw(@Context Caller caller, @PathParam("id") String id) {
        return Answers.accepted(canaries.withdraw(caller, reader.extensionOf(caller, id), null));
    }
}
