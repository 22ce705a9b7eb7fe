package org.platformforge.marketplace.rest;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.marketplace.domain.InstallPlanner;
import org.platformforge.marketplace.domain.Installation;
import org.platformforge.marketplace.domain.InstallationService;
import org.platformforge.marketplace.rest.Views.AcceptedView;
import org.platformforge.marketplace.rest.Views.InstallationDetail;
import org.platformforge.marketplace.rest.Views.InstallationList;
import org.platformforge.marketplace.rest.Views.InstallationView;
import org.platformforge.marketplace.rest.Views.WiringView;

/** Document 002, "Install Extension", and everything that follows it. */
@Component(service = InstallationResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class InstallationResource {
    private static final int POLL_SECONDS = 1;
    private static final int LARGEST_BODY = 256 * 1024;

    private final InstallationService installations;

    @Activate
    public InstallationResource(@Reference InstallationService installations) {
        this.installations = installations;
    }

    /**
     * @param version a version or a range, such as {@code ^1.2.0}; the highest without one
     * @param configuration as the version's schema says
     * @param acceptedPermissions every permission the version asks for, and what is installed with it
     * @param installDependencies whether extensions it needs, and the tenant does not have, are installed with it
     * @param dryRun whether to answer what would be done and do nothing
     */
    public record InstallRequest(
            String version,
            Map<String, Object> configuration,
            List<String> acceptedPermissions,
            Boolean installDependencies,
            Boolean dryRun) {
        InstallPlanner.Wish wish() {
            return new InstallPlanner.Wish(
                    version,
                    configuration,
                    acceptedPermissions == null ? Set.of() : new TreeSet<>(acceptedPermissions),
                    Boolean.TRUE.equals(installDependencies));
        }
    }

    /**
     * @param percent share of the tenant's requests, 1 to 99
     * @param promoteAfter good calls after which it is promoted by itself; 0 or nothing leaves that to people
     */
    public record CanaryRequest(
            String version,
            int percent,
            Long promoteAfter,
            Map<String, Object> configuration,
            List<String> acceptedPermissions) {}

    /** @param autoPatch whether patches are installed by themselves */
    public record SettingsRequest(Map<String, Object> configuration, Boolean autoPatch) {}

    @POST
    @Path("/extensions/{extension_id}/install")
    @Endpoint(
            operationId = "installExtension",
            summary = "Install an extension for the tenant; dry_run answers the plan and does nothing",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.UNPROCESSABLE, ErrorKind.CONFLICT},
            maxBody = LARGEST_BODY)
    public Response install(
            @Context Caller caller,
            @PathParam("extension_id") String id,
            @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
            InstallRequest request) {
        if (dryRun || Boolean.TRUE.equals(request.dryRun())) {
            return Response.ok(WireMapper.plan(installations.plan(caller, id, request.wish())))
                    .build();
        }
        return accepted(installations.install(caller, id, request.wish()));
    }

    @GET
    @Path("/installations")
    @Endpoint(
            operationId = "listInstallations",
            summary = "What the tenant has installed, newest first",
            permission = "marketplace:read",
            response = InstallationList.class,
            errors = ErrorKind.VALIDATION)
    public Response list(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("state") Installation.State state,
            @Context PageRequest request) {
        Page<Installation> page = installations.list(caller, state, request);
        return CatalogueResource.paged(
                WireMapper.installations(
                        page, request, installations.warnings(page.items()), installations.running(page.items())),
                page,
                uri);
    }

    @GET
    @Path("/installations/{id}")
    @Endpoint(
            operationId = "getInstallation",
            summary = "An installation by its id or its extension's, with its history",
            permission = "marketplace:read",
            errors = ErrorKind.NOT_FOUND)
    public InstallationDetail get(@Context Caller caller, @PathParam("id") String id) {
        return WireMapper.detail(installations.detail(caller, extension(caller, id)));
    }

    @PUT
    @Path("/installations/{id}/configuration")
    @Endpoint(
            operationId = "configureInstallation",
            summary = "Replace the settings; secret ones that are not named stay, null takes one back",
            permission = "marketplace:install",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.CONFLICT},
            maxBody = LARGEST_BODY)
    public InstallationView configure(@Context Caller caller, @PathParam("id") String id, SettingsRequest request) {
        String extension = extension(caller, id);
        if (request.configuration() != null) {
            installations.configure(caller, extension, request.configuration());
        }
        return WireMapper.installation(
                request.autoPatch() == null
                        ? installations.get(caller, extension)
                        : installations.flags(caller, extension, null, request.autoPatch()));
    }

    @POST
    @Path("/installations/{id}/upgrade")
    @Endpoint(
            operationId = "upgradeInstallation",
            summary = "Move the tenant to a higher version; dry_run answers the plan",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.UNPROCESSABLE, ErrorKind.CONFLICT},
            maxBody = LARGEST_BODY)
    public Response upgrade(
            @Context Caller caller,
            @PathParam("id") String id,
            @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
            InstallRequest request) {
        String extension = extension(caller, id);
        if (dryRun || Boolean.TRUE.equals(request.dryRun())) {
            installations.get(caller, extension);
            return Response.ok(WireMapper.plan(installations.plan(caller, extension, request.wish())))
                    .build();
        }
        return accepted(installations.upgrade(caller, extension, request.wish()));
    }

    @POST
    @Path("/installations/{id}/rollback")
    @Endpoint(
            operationId = "rollbackInstallation",
            summary = "Back to what served the tenant before, with the settings of then",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response rollback(@Context Caller caller, @PathParam("id") String id) {
        return accepted(installations.rollback(caller, extension(caller, id)));
    }

    @POST
    @Path("/installations/{id}/enable")
    @Endpoint(
            operationId = "enableInstallation",
            summary = "Serve the tenant again",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response enable(@Context Caller caller, @PathParam("id") String id) {
        return accepted(installations.enable(caller, extension(caller, id)));
    }

    @POST
    @Path("/installations/{id}/disable")
    @Endpoint(
            operationId = "disableInstallation",
            summary = "Serve the tenant no more; settings and data stay",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response disable(@Context Caller caller, @PathParam("id") String id) {
        return accepted(installations.disable(caller, extension(caller, id)));
    }

    @POST
    @Path("/installations/{id}/pin")
    @Endpoint(
            operationId = "pinInstallation",
            summary = "Keep the version: upgrades only by name",
            permission = "marketplace:install",
            errors = ErrorKind.NOT_FOUND)
    public InstallationView pin(@Context Caller caller, @PathParam("id") String id) {
        return WireMapper.installation(installations.flags(caller, extension(caller, id), true, null));
    }

    @POST
    @Path("/installations/{id}/unpin")
    @Endpoint(
            operationId = "unpinInstallation",
            summary = "Let the version move again",
            permission = "marketplace:install",
            errors = ErrorKind.NOT_FOUND)
    public InstallationView unpin(@Context Caller caller, @PathParam("id") String id) {
        return WireMapper.installation(installations.flags(caller, extension(caller, id), false, null));
    }

    @PUT
    @Path("/installations/{id}/canary")
    @Endpoint(
            operationId = "startCanary",
            summary = "Let a higher version take a share of the tenant's requests",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.UNPROCESSABLE, ErrorKind.CONFLICT},
            maxBody = LARGEST_BODY)
    public Response canary(@Context Caller caller, @PathParam("id") String id, CanaryRequest request) {
        InstallPlanner.Wish wish = new InstallRequest(
                        request.version(), request.configuration(), request.acceptedPermissions(), false, false)
                .wish();
        long promoteAfter = request.promoteAfter() == null ? 0 : request.promoteAfter();
        return accepted(installations.canary(caller, extension(caller, id), wish, request.percent(), promoteAfter));
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
        return accepted(installations.promote(caller, extension(caller, id)));
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
        return accepted(installations.withdraw(caller, extension(caller, id), null));
    }

    @DELETE
    @Path("/installations/{id}")
    @Endpoint(
            operationId = "uninstallExtension",
            summary = "Remove an installation; data=erase erases its data for good, data=keep leaves it",
            permission = "marketplace:install",
            status = 202,
            response = AcceptedView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public Response uninstall(
            @Context Caller caller, @PathParam("id") String id, @QueryParam("data") @DefaultValue("keep") String data) {
        if (!data.equals("keep") && !data.equals("erase")) {
            throw PlatformException.invalid("data", "must be keep or erase");
        }
        return accepted(installations.uninstall(caller, extension(caller, id), data.equals("erase")));
    }

    @GET
    @Path("/installations/{id}/wiring")
    @Endpoint(
            operationId = "getInstallationWiring",
            summary = "The bundles of an installation and what they are wired to",
            permission = "marketplace:read",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public WiringView wiring(@Context Caller caller, @PathParam("id") String id) {
        return WireMapper.wiring(installations.wiring(caller, extension(caller, id)));
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
        String extension = extension(caller, id);
        installations.requireKnown(caller, extension);
        StreamingOutput lines = out -> installations.export(caller, extension, out);
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
        installations.eraseLeft(caller, extension(caller, id));
    }

    private String extension(Caller caller, String id) {
        return installations.extensionOf(caller, id);
    }

    private static Response accepted(InstallationService.Accepted accepted) {
        AcceptedView view = WireMapper.accepted(accepted);
        return Response.accepted(view)
                .location(URI.create(view.operation()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }
}
