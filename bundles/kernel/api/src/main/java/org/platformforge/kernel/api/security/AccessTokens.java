package org.platformforge.kernel.api.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Signs access tokens (JWT, RFC 7519/9068) and publishes the keys they verify with (RFC 7517). Thread-safe. */
@ProviderType
public interface AccessTokens {
    /**
     * @param sessionId becomes {@code sid}; revoking it kills the token at once
     * @param authenticationMethods {@code amr} (RFC 8176), such as {@code pwd}
     */
    record Claims(
            String userId, String tenantId, Set<String> roles, String sessionId, List<String> authenticationMethods) {}

    /** @return the compact serialisation, valid for {@link #lifetime()} */
    String issue(Claims claims);

    Duration lifetime();

    /** The JWK set with the signing key, the next one and those still verifying; JSON-compatible. */
    Map<String, Object> jwks();

    /** Makes a new signing key current; the old one verifies until every token it signed has expired. */
    void rotateKeys();

    /** No token of the session is accepted from now on: at once here, within a second on other nodes. */
    void revokeSession(String tenantId, String sessionId);
}
