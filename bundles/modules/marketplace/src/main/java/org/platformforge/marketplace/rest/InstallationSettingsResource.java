package org.platformforge.marketplace.rest;

import java.util.Map;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.domain.InstallationSettings;
import org.platformforge.marketplace.rest.Views.InstallationView;

/** What a tenant sets of an installation. */
@Component(service = InstallationSettingsResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class InstallationSettingsResource {
    private final InstallationReader reader;
    private final InstallationSettings settings;

    @Activate
    public InstallationSettingsResource(
            @Reference InstallationReader reader, @Reference InstallationSettings settings) {
        this.reader = reader;
        this.settings = settings;
    }

    /** @param autoPatch whether patches are installed by themselves */
    public record SettingsRequest(Map<String, Object> configuration, Boolean autoPatch) {}

    @PUT
    @Path("/installations/{id}/configuration")
    @Endpoint(
            operationId = "configureInstallation",
            summary = "Replace the settings; secret ones that are not named stay, null takes one back",
            permission = "marketplace:install",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.CONFLICT},
            maxBody = InstallationResource.LARGEST_BODY)
    public InstallationView configure(@Context Caller caller, @PathParam("id") String id, SettingsRequest request) {
        String extension = reader.extensionOf(caller, id);
        if (request.configuration() != null) {
            settings.configure(caller, extension, request.configuration());
        }
        return WireMapper.installation(
                request.autoPatch() == null
                        ? reader.get(caller, extension)
                        : settings.flags(caller, extension, null, request.autoPatch()));
    }

    @POST
    @Path("/installations/{id}/pin")
    @Endpoint(
            operationId = "pinInstallation",
            summary = "Keep the version: upgrades only by name",
            permission = "marketplace:install",
            errors = ErrorKind.NOT_FOUND)
    public InstallationView pin(@Context Caller caller, @PathParam("id") String id) {
        return WireMapper.installation(settings.flags(caller, reader.extensionOf(caller, id), true, null));
    }

    @POST
    @Path("/installations/{id}/unpin")
    @Endpoint(
            operationId = "unpinInstallation",
            summary = "Let the version move again",
            permission = "marketplace:install",
            errors = ErrorKind.NOT_FOUND)
    public InstallationView unpin(@Context Caller caller, @PathParam("id") String id) {
        return WireMapper.installation(settings.flags(caller, reader.extensionOf(caller, id), false, null));
    }
}
