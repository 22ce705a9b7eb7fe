package org.platformforge.kernel.security.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.security.config.Settings;

/** What stands in an access token (RFC 9068), written and read back. */
record TokenClaims(String subject, String tenantId, String sessionId, Set<String> roles, Instant expiresAt) {
    private static final String TENANT = "tenant_id";
    private static final String SESSION = "sid";
    private static final String ROLES = "roles";
    private static final String METHODS = "amr";

    static String write(AccessTokens.Claims claims, Settings settings, Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .audience(settings.audience())
                .subject(claims.userId())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(settings.tokenLifetime())))
                .jwtID(Ids.next("jti_"))
                .claim(SESSION, claims.sessionId())
                .claim(TENANT, claims.tenantId())
                .claim(ROLES, List.copyOf(claims.roles()))
                .claim(METHODS, List.copyOf(claims.authenticationMethods()))
                .build()
                .toString();
    }

    /** Empty when the claims are not a currently valid access token of this platform. */
    static Optional<TokenClaims> read(Map<String, Object> json, Settings settings, Instant now) {
        try {
            JWTClaimsSet claims = JWTClaimsSet.parse(json);
            boolean valid = settings.issuer().equals(claims.getIssuer())
                    && claims.getAudience().equals(List.of(settings.audience()))
                    && inTime(claims, settings, now)
                    && present(claims.getSubject())
                    && present(claims.getJWTID())
                    && present(claims.getStringClaim(SESSION))
                    && present(claims.getStringClaim(TENANT))
                    && claims.getStringListClaim(ROLES) != null;
            return valid
                    ? Optional.of(new TokenClaims(
                            claims.getSubject(),
                            claims.getStringClaim(TENANT),
                            claims.getStringClaim(SESSION),
                            Set.copyOf(claims.getStringListClaim(ROLES)),
                            claims.getExpirationTime().toInstant().plus(settings.tokenLeeway())))
                    : Optional.empty();
        } catch (ParseException | RuntimeException e) {
            return Optional.empty(); // wrong types, null elements, numbers out of range: not a token of ours
        }
    }

    private static boolean inTime(JWTClaimsSet claims, Settings settings, Instant now) {
        Instant earliest = now.minus(settings.tokenLeeway());
        Instant latest = now.plus(settings.tokenLeeway());
        return claims.getExpirationTime() != null
                && claims.getNotBeforeTime() != null
                && claims.getIssueTime() != null
                && claims.getExpirationTime().toInstant().isAfter(earliest)
                && !claims.getNotBeforeTime().toInstant().isAfter(latest)
                && !claims.getIssueTime().toInstant().isAfter(latest);
    }

    private static boolean present(String value) {
        return value != null && !value.isBlank();
    }
}
