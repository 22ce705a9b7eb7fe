package org.platformforge.kernel.security.caller;

import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Authenticator;
import org.platformforge.kernel.security.account.Suspensions;
import org.platformforge.kernel.security.key.KeyCache;
import org.platformforge.kernel.security.token.TokenVerifier;

/**
 * {@link Authenticator}: {@code Authorization: Bearer} with an access token or a {@code pft_} token, {@code X-API-Key}
 * with a {@code pfk_} key. References the poller, so that what other nodes revoke is known as long as requests are
 * authenticated.
 */
@Component
public final class CredentialAuthenticator implements Authenticator {
    private static final String BEARER = "bearer ";
    private static final Set<Caller.Scheme> NOTHING_WANTED = Set.of(Caller.Scheme.NONE);

    private final TokenVerifier tokens;
    private final KeyCache keys;
    private final Suspensions suspensions;

    @Activate
    public CredentialAuthenticator(
            @Reference TokenVerifier tokens,
            @Reference KeyCache keys,
            @Reference Suspensions suspensions,
            @Reference ChangePoller poller) {
        this(tokens, keys, suspensions);
    }

    CredentialAuthenticator(TokenVerifier tokens, KeyCache keys, Suspensions suspensions) {
        this.tokens = tokens;
        this.keys = keys;
        this.suspensions = suspensions;
    }

    /**
     * A route that accepts no scheme, or only {@code NONE}, does not look at credentials: a stale header must not keep
     * a client from logging in again.
     */
    @Override
    public Caller authenticate(Presented presented, Set<Caller.Scheme> accepted) {
        boolean nothing = presented.authorization() == null && presented.apiKey() == null;
        Identity identity = nothing || accepted.isEmpty() || accepted.equals(NOTHING_WANTED)
                ? Identity.ANONYMOUS
                : identity(presented)
                        .filter(found -> accepted.contains(found.scheme()) && !isSuspended(found))
                        .orElseThrow(CredentialAuthenticator::refused);
        return new RequestCaller(
                identity,
                presented.requestId(),
                presented.remoteAddress(),
                presented.userAgent(),
                identity.authenticatedAt().map(tokens::age));
    }

    private boolean isSuspended(Identity found) {
        return suspensions.contains(found.tenantId(), found.onBehalfOf().orElse(found.subject()));
    }

    private Optional<Identity> identity(Presented presented) {
        String bearer = presented.authorization() == null ? null : bearer(presented.authorization());
        String apiKey = presented.apiKey();
        if (bearer == null || apiKey == null) {
            return bearer == null ? apiKey(apiKey) : bearerToken(bearer);
        }
        if (!bearer.equals(apiKey)) {
            throw refused(); // two credentials: whose request would it be?
        }
        return keys.looksLikeKey(bearer) ? keys.verify(bearer) : Optional.empty();
    }

    private Optional<Identity> bearerToken(String text) {
        return keys.looksLikeKey(text)
                ? keys.verify(text).filter(identity -> identity.scheme() == Caller.Scheme.API_TOKEN)
                : tokens.verify(text);
    }

    private Optional<Identity> apiKey(String text) {
        return keys.verify(text).filter(identity -> identity.scheme() == Caller.Scheme.API_KEY);
    }

    private static String bearer(String header) {
        if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw refused();
        }
        return header.substring(BEARER.length());
    }

    private static PlatformException refused() {
        return PlatformException.of(ErrorKind.UNAUTHENTICATED, "The credential is not valid");
    }
}
