package org.platformforge.auth.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.auth.store.UserRepository;
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
@Component(service = SessionService.class, configurationPid = AuthConfig.PID)
public class SessionService {
    private final Store store;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final AuditLog audit;
    private final Outbox outbox;
    private final Callers callers;
    private volatile Duration grace;
    private volatile Duration lifetime;

    private record Refreshed(User user, Session session, boolean replayed) {}

    @Activate
    public SessionService(
            @Reference Store store,
            @Reference AccessTokens accessTokens,
            @Reference RefreshTokens refreshTokens,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            @Reference Callers callers,
            AuthConfig config) {
        this.store = store;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
        this.audit = audit;
        this.outbox = outbox;
        this.callers = callers;
        modified(config);
    }

    @Modified
    final void modified(AuthConfig config) {
        grace = Duration.ofSeconds(config.refresh_grace_seconds());
        lifetime = Duration.ofDays(config.session_days());
    }

    /** Begins a session in the transaction that proved who the user is; {@link #tokens} after its commit. */
    Session open(Transaction tx, Caller request, User user) {
        Instant now = tx.now();
        Session session =
                new Session(Ids.next("ses_"), user.tenantId(), user.id(), 1, now, now, now.plus(lifetime), null);
        SessionRepository.insert(tx, session, request.remoteAddress(), request.userAgent());
        return session;
    }

    SignedIn tokens(User user, Session session) {
        String accessToken = accessTokens.issue(
                new AccessTokens.Claims(user.id(), user.tenantId(), user.roles(), session.id(), List.of("pwd")));
        return new SignedIn(
                user, accessToken, refreshTokens.issue(session.id(), session.generation()), accessTokens.lifetime());
    }

    /** @throws PlatformException {@code UNAUTHENTICATED}, the same for every reason */
    public SignedIn refresh(Caller request, String token) {
        RefreshTokens.Parsed presented = refreshTokens.parse(token).orElseThrow(SessionService::refused);
        Refreshed result = store.call(Store.ALL_TENANTS, tx -> rotate(tx, request, presented));
        if (result.replayed()) {
            accessTokens.revokeSession(
                    result.session().tenantId(), result.session().id());
            throw refused();
        }
        return tokens(result.user(), result.session());
    }

    private Refreshed rotate(Transaction tx, Caller request, RefreshTokens.Parsed presented) {
        Session session = SessionRepository.find(tx, presented.sessionId()).orElseThrow(SessionService::refused);
        User user =
                UserRepository.find(tx, session.tenantId(), session.userId()).orElseThrow(SessionService::refused);
        Instant now = tx.now();
        if (!session.usable(now) || user.status() != User.Status.ACTIVE) {
            throw refused();
        }
        if (presented.generation() == session.generation()
                && SessionRepository.advance(tx, session.id(), session.generation(), now)) {
            return new Refreshed(user, SessionRepository.reload(tx, session.id()), false);
        }
        Session current = SessionRepository.reload(tx, session.id());
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

    private void revokeFamily(Transaction tx, Caller request, User user, Session session, long presentedGeneration) {
        SessionRepository.revoke(tx, session.tenantId(), session.id(), tx.now());
        Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
        Map<String, Object> facts = Map.of(
                "session_id", session.id(),
                "presented_generation", presentedGeneration,
                "live_generation", session.generation());
        audit.append(tx, AuditRecord.refused(actor, "auth.refresh_token_reused", user.id(), facts));
        outbox.publish(tx, user.tenantId(), "security.refresh_token_reused", facts);
    }

    /** Ends the caller's session: its access tokens and its refresh tokens. Repeated calls change nothing. */
    public void logout(Caller caller) {
        String sessionId = caller.sessionId()
                .orElseThrow(() -> PlatformException.of(ErrorKind.FORBIDDEN, "Only a login session can be logged out"));
        store.run(caller.tenantId(), tx -> {
            if (SessionRepository.revoke(tx, caller.tenantId(), sessionId, tx.now())) {
                audit.append(tx, AuditRecord.success(caller, "auth.logout", caller.subject(), Map.of()));
                outbox.publish(tx, "user.logout", Map.of("user_id", caller.subject()));
            }
        });
        accessTokens.revokeSession(caller.tenantId(), sessionId);
    }

    private static PlatformException refused() {
        return PlatformException.of(ErrorKind.UNAUTHENTICATED, "The refresh token is not valid");
    }
}
