package org.platformforge.admin.rest;

import java.util.Map;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import javax.ws.rs.Consumes;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
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
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.admin.domain.SettingsService;
import org.platformforge.admin.rest.ConfigViews.ConfigView;
import org.platformforge.admin.rest.ConfigViews.DiffView;
import org.platformforge.admin.rest.ConfigViews.SchemaView;
import org.platformforge.admin.rest.ConfigViews.VersionListView;
import org.platformforge.admin.rest.ConfigViews.VersionView;
import org.platformforge.admin.store.SettingsVersion;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;

/** The settings of the caller's tenant, the platform's for operators: document 002, Admin Module, System Configuration. */
@Component(service = ConfigResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Admin")
@Path("/api/v1/admin/config")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ConfigResource {
    private static final String LIMIT = "admin";

    private final SettingsService settings;

    /**
     * @param settings by name; what is left out stays, null gives up the tenant's own value
     * @param remark why, for the history
     */
    public record UpdateRequest(
            @NotNull @Size(min = 1, max = 64) Map<String, Object> settings,
            @Size(max = 500) String remark) {}

    @Activate
    public ConfigResource(@Reference SettingsService settings) {
        this.settings = settings;
    }

    @GET
    @Endpoint(
            operationId = "getConfig",
            summary = "The settings in force, and where each value comes from",
            permission = "settings:show",
            rateLimits = LIMIT,
            response = ConfigView.class)
    public Response get(@Context Caller caller) {
        return answer(caller);
    }

    @PUT
    @Endpoint(
            operationId = "updateConfig",
            summary = "Change settings; they are in force at once, on other nodes within two seconds",
            permission = "settings:update",
            stepUp = true,
            rateLimits = LIMIT,
            response = ConfigView.class,
            errors = {ErrorKind.CONFLICT, ErrorKind.PRECONDITION_FAILED})
    public Response update(
            @Context Caller caller, @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch, @Valid UpdateRequest request) {
        settings.update(caller, request.settings(), EntityTags.expected(ifMatch), request.remark());
        return answer(caller);
    }

    @GET
    @Path("/schema")
    @Endpoint(
            operationId = "getConfigSchema",
            summary = "The settings there are, with types and defaults",
            permission = "settings:show",
            rateLimits = LIMIT)
    public SchemaView schema(@Context Caller caller) {
        return ConfigViews.schema();
    }

    @GET
    @Path("/versions")
    @Endpoint(
            operationId = "listConfigVersions",
            summary = "Everything the tenant has ever set, newest first",
            permission = "settings:show",
            rateLimits = LIMIT,
            response = VersionListView.class)
    public Response versions(@Context Caller caller, @Context PageRequest request, @Context UriInfo uri) {
        Page<VersionView> page = settings.versions(caller, request).map(ConfigViews::of);
        Response.ResponseBuilder response = Response.ok(new VersionListView(
                page.items(), page.total(), page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/versions/{version}")
    @Endpoint(
            operationId = "getConfigVersion",
            summary = "What the tenant had set in a version",
            permission = "settings:show",
            rateLimits = LIMIT,
            errors = ErrorKind.NOT_FOUND)
    public VersionView version(@Context Caller caller, @PathParam("version") String version) {
        return ConfigViews.of(settings.version(caller, number(version)));
    }

    /**
     * @param from version 0 is the state before anything was set
     * @param to the version in force unless said
     */
    @GET
    @Path("/diff")
    @Endpoint(
            operationId = "diffConfigVersions",
            summary = "What differs between two versions",
            permission = "settings:show",
            rateLimits = LIMIT,
            errors = ErrorKind.NOT_FOUND)
    public DiffView diff(
            @Context Caller caller, @QueryParam("from") @DefaultValue("0") long from, @QueryParam("to") Long to) {
        long end = to == null ? settings.current(caller).version() : to;
        return ConfigViews.of(from, end, settings.diff(caller, from, end));
    }

    @POST
    @Path("/versions/{version}/rollback")
    @Endpoint(
            operationId = "rollbackConfig",
            summary = "Set everything as it was in a version",
            permission = "settings:update",
            stepUp = true,
            rateLimits = LIMIT,
            response = ConfigView.class,
            errors = {
                ErrorKind.NOT_FOUND,
                ErrorKind.CONFLICT,
                ErrorKind.PRECONDITION_FAILED,
                ErrorKind.PRECONDITION_REQUIRED
            })
    public Response rollback(
            @Context Caller caller,
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        settings.rollback(caller, number(version), EntityTags.required(ifMatch));
        return answer(caller);
    }

    /** What is no number is the id of nothing. */
    private static long number(String version) {
        if (!version.matches("[0-9]{1,18}")) {
            throw PlatformException.notFound("Version", version);
        }
        return Long.parseLong(version);
    }

    private Response answer(Caller caller) {
        SettingsVersion own = settings.current(caller);
        return Response.ok(ConfigViews.of(own, settings.effective(caller)))
                .header(HttpHeaders.ETAG, EntityTags.of(own.version()))
                .build();
    }
}
