package org.platformforge.kernel.api.security;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.store.Transaction;

/** Signs access tokens (JWT, RFC 7519/9068) and publishes the keys they verify with (RFC 7517). Thread-safe. */
@ProviderType
public interface AccessTokens {
    /**
     * @param sessionId becomes {@code sid}; revoking it kills the token at once
     * @param authenticationMethods {@code amr} (RFC 8176), such as {@code pwd}; with {@code mfa} among them, {@code acr} is
     *     {@code aal2}, else {@code aal1}
     * @param authenticatedAt {@code auth_time}, when the person last proved who they are; null when that is not known
     */
    record Claims(
            String userId,
            String tenantId,
            Set<String> roles,
            String sessionId,
            List<String> authenticationMethods,
            Instant authenticatedAt) {
        public Claims(
                String userId,
                String tenantId,
                Set<String> roles,
                String sessionId,
                List<String> authenticationMethods) {
            this(userId, tenantId, roles, sessionId, authenticationMethods, null);
        }
    }

    /** @return the compact serialisation, valid for {@link #lifetime(String)} */
    String issue(Claims claims);

    Duration lifetime();

    /** That of a tenant's tokens, which its session timeout may shorten. */
    default Duration lifetime(String tenantId) {
        return lifetime();
    }

    /**
     * Whether access tokens of the tenant permit nothing but to enrol a second factor as long as the person has shown none.
     */
    default boolean requiresMfa(String tenantId) {
        return false;
    }

    /** The JWK set with the signing key, the next one and those still verifying; JSON-compatible. */
    Map<String, Object> jwks();

    /** Makes a new signing key current; the old one verifies until every token it signed has expired. */
    void rotateKeys();

    /** No token of the session is accepted from now on: at once here, within a second on other nodes. */
    void revokeSession(String tenantId, String sessionId);

    /**
     * The same as part of the transaction that ends the session: a crash leaves both or neither.
     *
     * @param tx of the session's tenant, or a cross-tenant one
     */
    void revokeSession(Transaction tx, String tenantId, String sessionId);
}
