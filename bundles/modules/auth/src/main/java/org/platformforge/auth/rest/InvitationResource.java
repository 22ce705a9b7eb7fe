package org.platformforge.auth.rest;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.validation.Valid;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.Size;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.Invitation;
import org.platformforge.auth.domain.MembershipService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.kernel.api.http.Pagination;

/** Invitations to the caller's tenant; whoever got one accepts it by registering with its token. */
@Component(service = InvitationResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth/invitations")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class InvitationResource {
    private final MembershipService memberships;

    /** @param roles {@code viewer} unless said; never more than the caller's own */
    public record InviteRequest(
            @NotBlank String email, @Size(max = 16) Set<@NotBlank @Size(max = 64) String> roles) {}

    /** @param createdBy who invited; {@code system} where the tenant's join policy did */
    public record InvitationView(
            String id, String email, List<String> roles, String createdBy, Instant createdAt, Instant expiresAt) {}

    public record ListView(List<InvitationView> invitations, Pagination pagination, long total, String nextCursor) {}

    public record RevokedView(boolean revoked) {}

    @Activate
    public InvitationResource(@Reference MembershipService memberships) {
        this.memberships = memberships;
    }

    @GET
    @Endpoint(
            operationId = "listInvitations",
            summary = "Invitations that nobody has accepted yet",
            permission = "invitation:read",
            response = ListView.class)
    public Response list(@Context Caller caller, @Context PageRequest request, @Context UriInfo uri) {
        Page<InvitationView> page = memberships.list(caller, request).map(InvitationResource::view);
        Response.ResponseBuilder response = Response.ok(new ListView(
                page.items(),
                Pagination.of(request, page),
                page.total(),
                page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @POST
    @Endpoint(
            operationId = "createInvitation",
            summary = "Invite an address to the tenant by mail",
            permission = "invitation:create",
            stepUp = true,
            rateLimits = "auth",
            status = 201)
    public InvitationView create(@Context Caller caller, @Valid InviteRequest request) {
        return view(memberships.invite(caller, request.email(), request.roles()));
    }

    @DELETE
    @Path("/{id}")
    @Endpoint(operationId = "revokeInvitation", summary = "Take an invitation back", permission = "invitation:revoke")
    public RevokedView revoke(@Context Caller caller, @PathParam("id") String id) {
        memberships.revoke(caller, id);
        return new RevokedView(true);
    }

    private static InvitationView view(Invitation invitation) {
        return new InvitationView(
                invitation.id(),
                invitation.email(),
                invitation.roles().stream().sorted().toList(),
                invitation.createdBy(),
                invitation.createdAt(),
                invitation.expiresAt());
    }
}
