package org.platformforge.marketplace.rest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
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
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.domain.InstallationService;
import org.platformforge.marketplace.rest.Views.AcceptedView;
import org.platformforge.marketplace.rest.Views.InstallationDetail;
import org.platformforge.marketplace.rest.Views.InstallationList;
import org.platformforge.marketplace.rest.Views.WiringView;

/** Document 002, "Install Extension", and what becomes of an installation until its end. */
@Component(service = InstallationResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class InstallationResource {
    static final int LARGEST_BODY = 256 * 1024;

    private final InstallationReader reader;
    private final InstallationService installations;

    @Activate
    public InstallationResource(@Reference InstallationReader reader, @Reference InstallationService installations) {
        this.reader = reader;
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
        return Answers.accepted(installations.install(caller, id, request.wish()));
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
        Page<Installation> page = reader.list(caller, state, request);
        return CatalogueResource.paged(
                WireMapper.installations(page, request, reader.warnings(page.items()), reader.running(page.items())),
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
        return WireMapper.detail(reader.detail(caller, reader.extensionOf(caller, id)));
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
        String extension = reader.extensionOf(caller, id);
        if (dryRun || Boolean.TRUE.equals(request.dryRun())) {
            reader.get(caller, extension);
            return Response.ok(WireMapper.plan(installations.plan(caller, extension, request.wish())))
                    .build();
        }
        return Answers.accepted(installations.upgrade(caller, extension, request.wish()));
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
        return Answers.accepted(installations.rollback(caller, reader.extensionOf(caller, id)));
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
        return Answers.accepted(installations.enable(caller, reader.extensionOf(caller, id)));
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
        return Answers.accepted(installations.disable(caller, reader.extensionOf(caller, id)));
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
        return Answers.accepted(installations.uninstall(caller, reader.extensionOf(caller, id), data.equals("erase")));
    }

    @GET
    @Path("/installations/{id}/wiring")
    @Endpoint(
            operationId = "getInstallationWiring",
            summary = "The bundles of an installation and what they are wired to",
            permission = "marketplace:read",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public WiringView wiring(@Context Caller caller, @PathParam("id") String id) {
        return WireMapper.wiring(reader.wiring(caller, reader.extensionOf(caller, id)));
    }
}
