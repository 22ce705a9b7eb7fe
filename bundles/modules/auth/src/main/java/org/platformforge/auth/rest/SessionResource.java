package org.platformforge.auth.rest;

import java.time.Instant;
import java.util.List;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.Session;
import org.platformforge.auth.domain.SessionService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** The caller's own sessions. API tokens and keys have none. */
@Component(service = SessionResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth/sessions")
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {
    private final SessionService sessions;

    /**
     * @param current whether it is the session of this request
     * @param methods how the person proved who they are ({@code amr})
     * @param lastUsedAt when its tokens were last refreshed
     */
    public record SessionView(
            String id,
            boolean current,
            List<String> methods,
            String remoteAddress,
            String userAgent,
            Instant createdAt,
            Instant authenticatedAt,
            Instant lastUsedAt,
            Instant expiresAt) {}

    public record ListView(List<SessionView> sessions) {}

    public record RevokedView(int revoked) {}

    @Activate
    public SessionResource(@Reference SessionService sessions) {
        this.sessions = sessions;
    }

    @GET
    @Endpoint(
            operationId = "listSessions",
            summary = "The caller's sessions that go on",
            permission = Endpoint.ANY_CALLER)
    public ListView list(@Context Caller caller) {
        String current = caller.sessionId().orElse("");
        return new ListView(sessions.list(caller).stream()
                .map(session -> view(session, session.id().equals(current)))
                .toList());
    }

    @DELETE
    @Endpoint(
            operationId = "revokeOtherSessions",
            summary = "End all of the caller's sessions but the one of this request",
            permission = Endpoint.ANY_CALLER)
    public RevokedView revokeOthers(@Context Caller caller) {
        return new RevokedView(sessions.revokeOthers(caller));
    }

    @DELETE
    @Path("/{id}")
    @Endpoint(
            operationId = "revokeSession",
            summary = "End one of the caller's sessions, its access tokens included",
            permission = Endpoint.ANY_CALLER)
    public RevokedView revoke(@Context Caller caller, @PathParam("id") String id) {
        sessions.revoke(caller, id);
        return new RevokedView(1);
    }

    public static SessionView view(Session session, boolean current) {
        return new SessionView(
                session.id(),
                current,
                session.methods(),
                session.remoteAddress(),
                session.userAgent(),
                session.createdAt(),
                session.authenticatedAt(),
                session.rotatedAt(),
                session.expiresAt());
    }
}
