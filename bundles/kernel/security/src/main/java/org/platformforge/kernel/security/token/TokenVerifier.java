package org.platformforge.kernel.security.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.security.caller.Identity;
import org.platformforge.kernel.security.clock.PlatformClock;
import org.platformforge.kernel.security.config.SecuritySettings;
import org.platformforge.kernel.security.config.Settings;
import org.platformforge.kernel.security.permission.RolePermissions;

/**
 * Access tokens into identities. Only what this platform itself writes is accepted: the header must be, byte for byte,
 * the one header of a known key, so there is no algorithm, key reference or critical extension to choose from. A token
 * that was verified is remembered by its SHA-256 until it expires. Thread-safe.
 */
@Component(service = TokenVerifier.class)
public final class TokenVerifier {
    private static final int LONGEST = 8_192;
    private static final int REMEMBERED = 20_000;

    private final SigningKeys keys;
    private final RevokedSessions revoked;
    private final RolePermissions permissions;
    private final SecuritySettings settings;
    private final PlatformClock clock;
    private final Cache<Digest, Verified> verified =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /** @param settings those it was verified under: a changed audience or issuer verifies anew */
    private record Verified(Identity identity, long refusedFromMillis, Settings settings) {}

    @Activate
    public TokenVerifier(
            @Reference SigningKeys keys,
            @Reference RevokedSessions revoked,
            @Reference RolePermissions permissions,
            @Reference SecuritySettings settings,
            @Reference PlatformClock clock) {
        this.keys = keys;
        this.revoked = revoked;
        this.permissions = permissions;
        this.settings = settings;
        this.clock = clock;
    }

    /** The identity of a valid token; empty for any other text, whatever is wrong with it. */
    public Optional<Identity> verify(String token) {
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        Digest digest = Digest.of(token);
        Settings current = settings.current();
        Verified known = verified.getIfPresent(digest);
        if (known == null || known.settings() != current) {
            known = verifyAnew(token, current).orElse(null);
            if (known == null) {
                return Optional.empty();
            }
            verified.put(digest, known);
        }
        return accepted(digest, known);
    }

    /** How long ago that was, by the platform's clock. */
    public Duration age(Instant instant) {
        return Duration.between(instant, clock.now());
    }

    private Optional<Identity> accepted(Digest digest, Verified known) {
        Identity identity = known.identity();
        if (clock.millis() >= known.refusedFromMillis()
                || revoked.contains(identity.tenantId(), identity.sessionId().orElse(""))) {
            verified.invalidate(digest);
            return Optional.empty();
        }
        return Optional.of(identity);
    }

    private Optional<Verified> verifyAnew(String token, Settings current) {
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (first <= 0 || last <= first + 1 || token.indexOf('.', first + 1) != last) {
            return Optional.empty();
        }
        Optional<byte[]> signature = canonical(token.substring(last + 1));
        byte[] signed = token.substring(0, last).getBytes(StandardCharsets.UTF_8);
        boolean genuine = signature.isPresent()
                && signature.get().length == SigningKey.SIGNATURE
                && keys.verifying(token.substring(0, first))
                        .filter(key -> key.verifies(signed, signature.get()))
                        .isPresent();
        return genuine ? claims(token.substring(first + 1, last), current) : Optional.empty();
    }

    private Optional<Verified> claims(String payload, Settings current) {
        Map<String, Object> json;
        try {
            json = JSONObjectUtils.parse(new Base64URL(payload).decodeToString());
        } catch (ParseException e) {
            return Optional.empty();
        }
        return Optional.ofNullable(json) // "null" is JSON too
                .flatMap(claims -> TokenClaims.read(claims, current, clock.now()))
                .map(claims -> new Verified(identity(claims), refusedFrom(claims.expiresAt()), current));
    }

    private Identity identity(TokenClaims claims) {
        Set<String> roles = Identity.effectiveRoles(claims.tenantId(), claims.roles());
        return new Identity(
                Caller.Scheme.JWT,
                claims.tenantId(),
                claims.subject(),
                Optional.empty(),
                roles,
                Optional.of(claims.sessionId()),
                Optional.empty(),
                permissions.grant(roles, Set.of()),
                claims.authenticatedAt());
    }

    private static long refusedFrom(Instant end) {
        return end.toEpochMilli();
    }

    /** Decodes only the one canonical spelling: other spellings of a signature would be other tokens to the cache. */
    private static Optional<byte[]> canonical(String text) {
        byte[] bytes = new Base64URL(text).decode();
        return Base64URL.encode(bytes).toString().equals(text) ? Optional.of(bytes) : Optional.empty();
    }
}
