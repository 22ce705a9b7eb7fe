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
import org.platformforge.auth.domain.mfa.Device;
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
     * @param expiresAt when it ends unless it is refreshed before, by {@code session_timeout} at the latest
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

    /** @param id {@code dev_…} of a device that stands in for the code of a second factor */
    public record DeviceView(
            String id,
            String remoteAddress,
            String userAgent,
            Instant rememberedAt,
            Instant lastUsedAt,
            Instant expiresAt) {}

    public record ListView(List<SessionView> sessions, List<DeviceView> devices) {}

    public record RevokedView(int revoked) {}

    @Activate
    public SessionResource(@Reference SessionService sessions) {
        this.sessions = sessions;
    }

    @GET
    @Endpoint(
            operationId = "listSessions",
            summary = "The caller's sessions that go on, and remembered devices",
            permission = Endpoint.ANY_CALLER)
    public ListView list(@Context Caller caller) {
        String current = caller.sessionId().orElse("");
        return new ListView(
                sessions.list(caller).stream()
                        .map(session -> view(session, session.id().equals(current), sessions.end(session)))
                        .toList(),
                sessions.devices(caller).stream().map(SessionResource::view).toList());
    }

    @DELETE
    @Endpoint(
            operationId = "revokeOtherSessions",
            summary = "End all of the caller's sessions but the one of this request, and forget all devices",
            permission = Endpoint.ANY_CALLER)
    public RevokedView revokeOthers(@Context Caller caller) {
        return new RevokedView(sessions.revokeOthers(caller));
    }

    @DELETE
    @Path("/{id}")
    @Endpoint(
            operationId = "revokeSession",
            summary = "End one of the caller's sessions, its access tokens included, or forget a device",
            permission = Endpoint.ANY_CALLER)
    public RevokedView revoke(@Context Caller caller, @PathParam("id") String id) {
        sessions.revoke(caller, id);
        return new RevokedView(1);
    }

    private static DeviceView view(Device device) {
        return new DeviceView(
                device.id(),
                device.remoteAddress(),
                device.userAgent(),
                device.createdAt(),
                device.lastUsedAt(),
                device.expiresAt());
    }

    public static SessionView view(Session session, boolean current, Instant end) {
        return new SessionView(
                session.id(),
                current,
                session.methods(),
                session.remoteAddress(),
                session.userAgent(),
                session.createdAt(),
                session.authenticatedAt(),
                session.rotatedAt(),
                end);
    }
}
