package org.platformforge.kernel.security.token;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.clock.PlatformClock;
import org.platformforge.kernel.security.config.SecuritySettings;

/** {@link AccessTokens} signed with Ed25519 ({@code EdDSA}, RFC 8037). */
@Component
public final class JwtAccessTokens implements AccessTokens {
    private final SigningKeys keys;
    private final RevokedSessions revoked;
    private final SecuritySettings settings;
    private final PlatformClock clock;

    @Activate
    public JwtAccessTokens(
            @Reference SigningKeys keys,
            @Reference RevokedSessions revoked,
            @Reference SecuritySettings settings,
            @Reference PlatformClock clock) {
        this.keys = keys;
        this.revoked = revoked;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String issue(Claims claims) {
        SigningKey key = keys.signing();
        String payload = TokenClaims.write(claims, settings.current(), clock.now());
        String signed = key.header() + "." + Base64URL.encode(payload);
        return signed + "." + Base64URL.encode(key.sign(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Duration lifetime() {
        return settings.current().tokenLifetime();
    }

    @Override
    public Duration lifetime(String tenantId) {
        return settings.current().tokenLifetime(tenantId);
    }

    @Override
    public boolean requiresMfa(String tenantId) {
        return settings.current().requiresMfa(tenantId);
    }

    @Override
    public Map<String, Object> jwks() {
        List<Map<String, Object>> published =
                keys.published().stream().map(SigningKey::publicJwk).toList();
        return Map.of("keys", published);
    }

    @Override
    public void rotateKeys() {
        keys.rotate(null);
    }

    @Override
    public void revokeSession(String tenantId, String sessionId) {
        revoked.revoke(tenantId, sessionId);
    }

    @Override
    public void revokeSession(Transaction tx, String tenantId, String sessionId) {
        revoked.revoke(tx, tenantId, sessionId);
    }
}
