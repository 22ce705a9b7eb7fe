package org.platformforge.kernel.security.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.security.config.Settings;

/** What stands in an access token (RFC 9068), written and read back. */
record TokenClaims(
        String subject,
        String tenantId,
        String sessionId,
        Set<String> roles,
        Instant expiresAt,
        Optional<Instant> authenticatedAt) {
    private static final String TENANT = "tenant_id";
    private static final String SESSION = "sid";
    private static final String ROLES = "roles";
    private static final String METHODS = "amr";
    private static final String CLASS = "acr";
    private static final String AUTHENTICATED = "auth_time";
    /** The end of the year 9999. */
    private static final long LAST_SECOND = 253_402_300_799L;

    static String write(AccessTokens.Claims claims, Settings settings, Instant now) {
        JWTClaimsSet.Builder token = new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .audience(settings.audience())
                .subject(claims.userId())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(settings.tokenLifetime(claims.tenantId()))))
                .jwtID(Ids.next("jti_"))
                .claim(SESSION, claims.sessionId())
                .claim(TENANT, claims.tenantId())
                .claim(
                        ROLES,
                        List.copyOf(
                                settings.tokenRoles(claims.tenantId(), claims.authenticationMethods(), claims.roles())))
                .claim(METHODS, List.copyOf(claims.authenticationMethods()))
                .claim(CLASS, claims.authenticationMethods().contains("mfa") ? "aal2" : "aal1");
        if (claims.authenticatedAt() != null) {
            token.claim(AUTHENTICATED, claims.authenticatedAt().getEpochSecond());
        }
        return token.build().toString();
    }

    /**
     * Empty when the claims are not a currently valid access token of this platform. What the settings ask of tokens is asked
     * of those that were issued before, too.
     */
    static Optional<TokenClaims> read(Map<String, Object> claims, Settings settings, Instant now) {
        String subject = text(claims, "sub");
        String tenant = text(claims, TENANT);
        String session = text(claims, SESSION);
        Optional<Set<String>> roles = names(claims.get(ROLES));
        long end = tenant == null ? -1 : end(claims, settings.tokenLifetime(tenant));
        boolean valid = settings.issuer().equals(claims.get("iss"))
                && settings.audience().equals(claims.get("aud"))
                && inTime(claims, end, settings.tokenLeeway().toSeconds(), now.getEpochSecond())
                && subject != null
                && tenant != null
                && session != null
                && text(claims, "jti") != null
                && roles.isPresent();
        return valid
                ? Optional.of(new TokenClaims(
                        subject,
                        tenant,
                        session,
                        settings.tokenRoles(tenant, names(claims.get(METHODS)).orElse(Set.of()), roles.get()),
                        Instant.ofEpochSecond(end).plus(settings.tokenLeeway()),
                        Optional.of(seconds(claims, AUTHENTICATED))
                                .filter(second -> second >= 0)
                                .map(Instant::ofEpochSecond)))
                : Optional.empty();
    }

    /** What the token says, or what a token of its age is given now, whichever comes first; -1 when it does not say. */
    private static long end(Map<String, Object> claims, Duration lifetime) {
        long expires = seconds(claims, "exp");
        long issued = seconds(claims, "iat");
        return issued < 0 ? -1 : Math.min(expires, issued + lifetime.toSeconds());
    }

    private static boolean inTime(Map<String, Object> claims, long expires, long leeway, long now) {
        long notBefore = seconds(claims, "nbf");
        long issued = seconds(claims, "iat");
        return expires > now - leeway
                && notBefore >= 0
                && notBefore <= now + leeway
                && issued >= 0
                && issued <= now + leeway;
    }

    /** -1 for what is no time. */
    private static long seconds(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof Long value && value >= 0 && value <= LAST_SECOND ? value : -1;
    }

    private static String text(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String value && !value.isBlank() ? value : null;
    }

    private static Optional<Set<String>> names(Object value) {
        if (!(value instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
            return Optional.empty();
        }
        return Optional.of(list.stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet()));
    }
}
