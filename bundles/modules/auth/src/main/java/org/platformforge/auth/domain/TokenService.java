package org.platformforge.auth.domain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.api.security.Authenticator;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;

/** What a token is (RFC 7662), and its end on request of whoever has it (RFC 7009): of all kinds that the platform issues. */
@Component(service = TokenService.class)
public class TokenService {
    private static final String KEY_PREFIX = "pfk_";

    private final Store store;
    private final Authenticator authenticator;
    private final SessionService sessions;
    private final ApiKeys apiKeys;
    private final Callers callers;
    private final AuditLog audit;

    /**
     * A token that is good at this moment; exactly one of the last three is there.
     *
     * @param subject whom it stands for: {@code user_…} or {@code key_…}
     * @param claims of an access token
     * @param key that an API token or key is
     * @param session that a refresh token goes on with
     */
    public record Live(
            String tenantId,
            String subject,
            Set<String> roles,
            Optional<JsonNode> claims,
            Optional<ApiKey> key,
            Optional<Session> session) {}

    @Activate
    public TokenService(
            @Reference Store store,
            @Reference Authenticator authenticator,
            @Reference SessionService sessions,
            @Reference ApiKeys apiKeys,
            @Reference Callers callers,
            @Reference AuditLog audit) {
        this.store = store;
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.apiKeys = apiKeys;
        this.callers = callers;
        this.audit = audit;
    }

    /** Empty for what is no token, is not good any more, or is another tenant's. */
    public Optional<Live> introspect(Caller caller, String token) {
        return holder(caller, token)
                .map(holder -> holder.sessionId().isPresent() ? accessToken(holder, token) : apiKey(holder))
                .or(() -> sessions.live(token).map(TokenService::refreshToken))
                .filter(live -> live.tenantId().equals(caller.tenantId()));
    }

    private static Live accessToken(Caller holder, String token) {
        return live(holder, Optional.of(claims(token)), Optional.empty());
    }

    private Live apiKey(Caller holder) {
        Caller system = callers.system(holder.tenantId());
        return live(holder, Optional.empty(), apiKeys.find(system, holder.subject()));
    }

    private static Live live(Caller holder, Optional<JsonNode> claims, Optional<ApiKey> key) {
        return new Live(holder.tenantId(), holder.subject(), holder.roles(), claims, key, Optional.empty());
    }

    private static Live refreshToken(Session session) {
        return new Live(
                session.tenantId(),
                session.userId(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(session));
    }

    /** When the token of a session that is refreshed in time ends at the latest. */
    public Instant end(Session session) {
        return sessions.end(session);
    }

    /**
     * Ends a token: a session with all its tokens, or an API token or key. Whoever found one can end it and needs no other
     * credential; what is no token, or none any more, changes nothing.
     */
    public void revoke(Caller request, String token) {
        Optional<Caller> holder = holder(request, token);
        if (holder.isEmpty()) {
            sessions.end(request, token);
        } else if (holder.get().sessionId().isPresent()) {
            sessions.logout(holder.get());
        } else {
            Caller presented = holder.get();
            store.run(
                    presented.tenantId(),
                    tx -> audit.append(
                            tx, AuditRecord.success(presented, "auth.token_revoke", presented.subject(), Map.of())));
            apiKeys.revoke(callers.system(presented.tenantId()), presented.subject());
        }
    }

    /** Who a request with the token would come from; empty where it would be refused. */
    private Optional<Caller> holder(Caller request, String token) {
        boolean key = token.startsWith(KEY_PREFIX);
        Authenticator.Presented presented = new Authenticator.Presented(
                key ? null : "Bearer " + token,
                key ? token : null,
                request.requestId(),
                request.remoteAddress(),
                request.userAgent());
        try {
            return Optional.of(authenticator.authenticate(
                    presented,
                    key ? Set.of(Caller.Scheme.API_KEY) : Set.of(Caller.Scheme.JWT, Caller.Scheme.API_TOKEN)));
        } catch (PlatformException e) {
            if (e.kind() == ErrorKind.UNAUTHENTICATED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Of a token that was verified. */
    private static JsonNode claims(String token) {
        try {
            return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        } catch (IOException e) {
            throw new IllegalStateException("A token that was verified cannot be read", e);
        }
    }
}
