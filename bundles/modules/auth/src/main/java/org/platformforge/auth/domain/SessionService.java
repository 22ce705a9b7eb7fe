package org.platformforge.auth.domain;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.message.Letter;
import org.platformforge.auth.domain.message.Mailer;
import org.platformforge.auth.domain.mfa.Device;
import org.platformforge.auth.domain.mfa.RememberedDevices;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Sessions and the rotation of their refresh tokens. A rotation is one compare-and-set on the generation. Its loser, and
 * a client whose answer was lost, present the immediate parent: inside the grace window they get the same successor. Any
 * older token is a replay: the whole family dies, the live leaf included.
 */
@Component(
        service = SessionService.class,
        configurationPid = {AuthConfig.PID, AuthConfig.SETTINGS_PID})
public class SessionService {
    private static final Letter REUSED = Letter.notice(
            "A session was ended for safety",
            "A refresh token of your account was used a second time, as happens when it was stolen. The session was ended.");

    private final Store store;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final AuditLog audit;
    private final Outbox outbox;
    private final Callers callers;
    private final Mailer mailer;
    private final RememberedDevices devices;
    private volatile Duration grace;
    private volatile Duration lifetime;
    private volatile SessionTimeouts timeouts;

    private record Refreshed(User user, Session session, boolean replayed) {}

    @Activate
    public SessionService(
            @Reference Store store,
            @Reference AccessTokens accessTokens,
            @Reference RefreshTokens refreshTokens,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            @Reference Callers callers,
            @Reference Mailer mailer,
            @Reference RememberedDevices devices,
            AuthConfig config) {
        this.store = store;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
        this.audit = audit;
        this.outbox = outbox;
        this.callers = callers;
        this.mailer = mailer;
        this.devices = devices;
        modified(config);
    }

    @Modified
    final void modified(AuthConfig config) {
        grace = Duration.ofSeconds(config.refresh_grace_seconds());
        lifetime = Duration.ofDays(config.session_days());
        timeouts = SessionTimeouts.of(config);
    }

    /**
     * Begins a session in the transaction that proved who the user is; {@link #tokens} after its commit.
     *
     * @param methods how the user did ({@code amr})
     */
    Session open(Transaction tx, Caller request, User user, List<String> methods) {
        return open(tx, request, user, methods, tx.now());
    }

    /** The same for who did so in part at an earlier time, which counts. */
    Session open(Transaction tx, Caller request, User user, List<String> methods, Instant authenticatedAt) {
        Instant now = tx.now();
        Session session = new Session(
                Ids.next("ses_"),
                user.tenantId(),
                user.id(),
                1,
                now,
                now,
                now.plus(lifetime),
                null,
                methods,
                authenticatedAt,
                request.remoteAddress(),
                request.userAgent());
        SessionRepository.insert(tx, session);
        return session;
    }

    SignedIn tokens(User user, Session session) {
        String accessToken = accessTokens.issue(new AccessTokens.Claims(
                user.id(), user.tenantId(), user.roles(), session.id(), session.methods(), session.authenticatedAt()));
        return new SignedIn(
                user,
                accessToken,
                refreshTokens.issue(session.id(), session.generation()),
                accessTokens.lifetime(user.tenantId()),
                null);
    }

    /** @throws PlatformException {@code UNAUTHENTICATED}, the same for every reason */
    public SignedIn refresh(Caller request, String token) {
        RefreshTokens.Parsed presented = refreshTokens.parse(token).orElseThrow(SessionService::refused);
        Refreshed result = store.call(Store.ALL_TENANTS, tx -> rotate(tx, request, presented));
        if (result.replayed()) {
            throw refused().asRecorded();
        }
        return tokens(result.user(), result.session());
    }

    private Refreshed rotate(Transaction tx, Caller request, RefreshTokens.Parsed presented) throws SQLException {
        SessionRepository.Owned owned =
                SessionRepository.owned(tx, presented.sessionId()).orElseThrow(SessionService::refused);
        Session session = owned.session();
        User user = owned.user();
        Instant now = tx.now();
        if (!goesOn(session, user, now)) {
            throw refused();
        }
        if (presented.generation() == session.generation() && SessionRepository.advance(tx, session, now)) {
            return new Refreshed(user, session.advanced(now), false);
        }
        // another transaction may have been first
        Session current = SessionRepository.owned(tx, session.id())
                .orElseThrow(SessionService::refused)
                .session();
        if (!current.usable(now)) {
            throw refused();
        }
        boolean parent = presented.generation() == current.generation() - 1;
        if (parent && now.isBefore(current.rotatedAt().plus(grace))) {
            return new Refreshed(user, current, false);
        }
        revokeFamily(tx, request, user, current, presented.generation());
        return new Refreshed(user, current, true);
    }

    private boolean goesOn(Session session, User user, Instant now) {
        return session.usable(now) && now.isBefore(end(session)) && user.status() == User.Status.ACTIVE;
    }

    /** When the session ends unless it is refreshed before. */
    public Instant end(Session session) {
        Instant idle = session.rotatedAt().plus(timeouts.of(session.tenantId()));
        return idle.isBefore(session.expiresAt()) ? idle : session.expiresAt();
    }

    /** The session that a refresh token would go on with; empty for one that is not good, or used up. */
    Optional<Session> live(String token) {
        return refreshTokens
                .parse(token)
                .flatMap(presented -> store.call(
                        Store.ALL_TENANTS,
                        tx -> SessionRepository.owned(tx, presented.sessionId())
                                .filter(owned -> owned.session().generation() == presented.generation())
                                .filter(owned -> goesOn(owned.session(), owned.user(), tx.now()))
                                .map(SessionRepository.Owned::session)));
    }

    /** Ends the session of a refresh token, used up or not; what this platform did not issue ends none. */
    void end(Caller request, String token) {
        refreshTokens
                .parse(token)
                .ifPresent(presented -> store.run(
                        Store.ALL_TENANTS,
                        tx -> SessionRepository.find(tx, presented.sessionId())
                                .filter(session -> end(tx, session.tenantId(), session.id()))
                                .ifPresent(session -> loggedOut(
                                        tx,
                                        callers.authenticated(
                                                request, session.tenantId(), session.userId(), Set.of())))));
    }

    private void revokeFamily(Transaction tx, Caller request, User user, Session session, long presentedGeneration) {
        end(tx, session.tenantId(), session.id());
        Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
        Map<String, Object> facts = Map.of(
                "session_id", session.id(),
                "presented_generation", presentedGeneration,
                "live_generation", session.generation());
        audit.append(tx, AuditRecord.refused(actor, "auth.refresh_token_reused", user.id(), facts));
        outbox.publish(tx, user.tenantId(), "security.refresh_token_reused", facts);
        mailer.write(tx, user, REUSED);
    }

    /** Ends the caller's session: its access tokens and its refresh tokens. Repeated calls change nothing. */
    public void logout(Caller caller) {
        String sessionId = caller.sessionId()
                .orElseThrow(() -> PlatformException.of(ErrorKind.FORBIDDEN, "Only a login session can be logged out"));
        store.run(caller.tenantId(), tx -> {
            if (end(tx, caller.tenantId(), sessionId)) {
                loggedOut(tx, caller);
            }
        });
    }

    private void loggedOut(Transaction tx, Caller caller) {
        audit.append(tx, AuditRecord.success(caller, "auth.logout", caller.subject(), Map.of()));
        outbox.publish(tx, caller.tenantId(), "user.logout", Map.of("user_id", caller.subject()));
    }

    /** The caller's own sessions that go on, the newest first. */
    public List<Session> list(Caller caller) {
        return list(caller.tenantId(), caller.subject());
    }

    /** The sessions of a user that go on, the newest first. */
    public List<Session> list(String tenantId, String userId) {
        return store.call(
                tenantId,
                tx -> SessionRepository.live(tx, tenantId, userId).stream()
                        .filter(session -> end(session).isAfter(tx.now()))
                        .toList());
    }

    /** The caller's own devices that stand in for a code. */
    public List<Device> devices(Caller caller) {
        return store.call(caller.tenantId(), tx -> devices.list(tx, caller.tenantId(), caller.subject()));
    }

    /**
     * Ends one of the caller's own sessions, and forgets the device that it began with; or forgets a device.
     *
     * @throws PlatformException {@code NOT_FOUND} for any other
     */
    public void revoke(Caller caller, String id) {
        store.run(caller.tenantId(), tx -> {
            if (devices.forget(tx, caller, id)) {
                return;
            }
            boolean own = SessionRepository.live(tx, caller.tenantId(), caller.subject()).stream()
                    .anyMatch(session -> session.id().equals(id));
            if (!own || !end(tx, caller.tenantId(), id)) {
                throw PlatformException.notFound("Session", id);
            }
            devices.forgetOf(tx, caller, caller.subject(), id);
            revoked(tx, caller, caller.subject(), 1);
        });
    }

    /** Ends all of the caller's own sessions but the one of the request, and forgets all devices. @return how many sessions */
    public int revokeOthers(Caller caller) {
        return store.call(
                caller.tenantId(),
                tx -> endAll(tx, caller, caller.subject(), caller.sessionId().orElse("")));
    }

    /** Ends all sessions of a user, and forgets all devices. @return how many sessions */
    public int revokeAll(Caller actor, String userId) {
        return store.call(actor.tenantId(), tx -> endAll(tx, actor, userId, ""));
    }

    /**
     * Ends the sessions of a user of the actor's tenant, in a transaction that gives the reason, and forgets the devices: of
     * one that goes on, too, because whoever ends the others does not know who has them.
     *
     * @param but the id of one that goes on, or empty
     * @return how many were ended
     */
    int endAll(Transaction tx, Caller actor, String userId, String but) {
        devices.forgetAll(tx, actor, userId);
        int ended = 0;
        for (Session session : SessionRepository.live(tx, actor.tenantId(), userId)) {
            if (!session.id().equals(but) && end(tx, session.tenantId(), session.id())) {
                ended++;
            }
        }
        if (ended > 0) {
            revoked(tx, actor, userId, ended);
        }
        return ended;
    }

    private void revoked(Transaction tx, Caller actor, String userId, int sessions) {
        audit.append(tx, AuditRecord.success(actor, "auth.sessions_revoked", userId, Map.of("sessions", sessions)));
        outbox.publish(tx, actor.tenantId(), "user.sessions_revoked", Map.of("user_id", userId, "sessions", sessions));
    }

    /** The refresh token and the access tokens of a session end in one transaction. */
    private boolean end(Transaction tx, String tenantId, String sessionId) {
        boolean ended = SessionRepository.revoke(tx, tenantId, sessionId, tx.now());
        if (ended) {
            accessTokens.revokeSession(tx, tenantId, sessionId);
        }
        return ended;
    }

    private static PlatformException refused() {
        return PlatformException.of(ErrorKind.UNAUTHENTICATED, "The refresh token is not valid");
    }
}
