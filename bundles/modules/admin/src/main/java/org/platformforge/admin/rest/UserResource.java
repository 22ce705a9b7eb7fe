package org.platformforge.admin.rest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.validation.Valid;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Size;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
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
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.admin.rest.UserViews.BulkView;
import org.platformforge.admin.rest.UserViews.DeletedView;
import org.platformforge.admin.rest.UserViews.ListView;
import org.platformforge.admin.rest.UserViews.UserEnvelope;
import org.platformforge.admin.rest.UserViews.UserView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.kernel.api.http.Pagination;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.api.security.Accounts.Change;
import org.platformforge.kernel.api.security.Accounts.NewAccount;

/** The users of the tenant: document 002, Admin Module, User Management. */
@Component(service = UserResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Admin")
@Path("/api/v1/admin/users")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class UserResource {
    private static final String LIMIT = "admin";

    private final UserAdmin users;

    /** @param roles {@code developer} unless said */
    public record CreateRequest(
            @NotBlank String email,
            @NotBlank String name,
            @NotNull String password,
            @Size(min = 1, max = 16) Set<@NotBlank @Size(max = 64) String> roles) {}

    /**
     * What is left out stays as it is.
     *
     * @param roles whoever loses one is logged out everywhere
     */
    public record UpdateRequest(
            String name, @Size(min = 1, max = 16) Set<@NotBlank @Size(max = 64) String> roles) {}

    /** @param reason for the audit log */
    public record SuspendRequest(@Size(max = 500) String reason) {}

    public record BulkRequest(
            @NotNull @Pattern(regexp = "suspend|activate|delete", message = "must be suspend, activate or delete")
            String action,

            @NotEmpty @Size(max = 100) List<@NotBlank @Size(max = 64) String> userIds,
            @Size(max = 500) String reason) {}

    @Activate
    public UserResource(@Reference UserAdmin users) {
        this.users = users;
    }

    @GET
    @Endpoint(
            operationId = "listUsers",
            summary = "The users of the tenant",
            permission = "user:list",
            rateLimits = LIMIT,
            response = ListView.class)
    public Response list(
            @Context Caller caller,
            @Context PageRequest request,
            @Context UriInfo uri,
            @QueryParam("search") String search,
            @QueryParam("status") String status,
            @QueryParam("role") String role,
            @QueryParam("sort") String sort) {
        Page<UserView> page = users.list(caller, UserAdmin.query(search, status, role, sort), request)
                .map(UserViews::of);
        Response.ResponseBuilder response = Response.ok(new ListView(
                page.items(), Pagination.of(request, page), page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/{id}")
    @Endpoint(
            operationId = "getUser",
            summary = "One user",
            permission = "user:list",
            rateLimits = LIMIT,
            response = UserEnvelope.class,
            errors = ErrorKind.NOT_FOUND)
    public Response get(@Context Caller caller, @PathParam("id") String id) {
        return answer(200, users.get(caller, id));
    }

    @POST
    @Endpoint(
            operationId = "createUser",
            summary = "Create a user in the tenant",
            permission = "user:create",
            stepUp = true,
            rateLimits = LIMIT,
            status = 201,
            response = UserEnvelope.class,
            errors = {ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE})
    public Response create(@Context Caller caller, @Valid CreateRequest request) {
        Set<String> roles = request.roles() == null ? Set.of("developer") : request.roles();
        return answer(
                201, users.create(caller, new NewAccount(request.email(), request.name(), request.password(), roles)));
    }

    @PUT
    @Path("/{id}")
    @Endpoint(
            operationId = "updateUser",
            summary = "Change a user's name or roles",
            permission = "user:update",
            stepUp = true,
            rateLimits = LIMIT,
            response = UserEnvelope.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.PRECONDITION_FAILED})
    public Response update(
            @Context Caller caller,
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @Valid UpdateRequest request) {
        Change change = new Change(request.name(), request.roles(), EntityTags.expected(ifMatch));
        return answer(200, users.update(caller, id, change));
    }

    @DELETE
    @Path("/{id}")
    @Endpoint(
            operationId = "deleteUser",
            summary = "Delete a user with sessions and API keys",
            permission = "user:delete",
            stepUp = true,
            rateLimits = LIMIT,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public DeletedView delete(@Context Caller caller, @PathParam("id") String id) {
        users.delete(caller, id);
        return new DeletedView(id, true);
    }

    @POST
    @Path("/{id}/suspend")
    @Endpoint(
            operationId = "suspendUser",
            summary = "Refuse everything of a user at once: sessions, tokens, keys, streams",
            permission = "user:suspend",
            stepUp = true,
            rateLimits = LIMIT,
            response = UserEnvelope.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response suspend(
            @Context Caller caller, @PathParam("id") String id, @Valid Optional<SuspendRequest> request) {
        return answer(
                200,
                users.suspend(caller, id, request.map(SuspendRequest::reason).orElse(null)));
    }

    @POST
    @Path("/{id}/activate")
    @Endpoint(
            operationId = "activateUser",
            summary = "Let a suspended user sign in again",
            permission = "user:activate",
            stepUp = true,
            rateLimits = LIMIT,
            response = UserEnvelope.class,
            errors = ErrorKind.NOT_FOUND)
    public Response activate(@Context Caller caller, @PathParam("id") String id) {
        return answer(200, users.activate(caller, id));
    }

    /** The permission of the action is asked for besides. */
    @POST
    @Path("/bulk")
    @Endpoint(
            operationId = "changeUsers",
            summary = "Suspend, activate or delete up to a hundred users, each for itself",
            permission = "user:list",
            stepUp = true,
            rateLimits = LIMIT)
    public BulkView bulk(@Context Caller caller, @Valid BulkRequest request) {
        UserAdmin.Action action = UserAdmin.Action.valueOf(request.action().toUpperCase(Locale.ROOT));
        return UserViews.of(users.each(caller, action, request.userIds(), request.reason()));
    }

    private static Response answer(int status, Account account) {
        return Response.status(status)
                .entity(new UserEnvelope(UserViews.of(account)))
                .header(HttpHeaders.ETAG, EntityTags.of(account.version()))
                .build();
    }
}
