package org.platformforge.kernel.api.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/**
 * API tokens (document 000, {@code Authorization: Bearer pft_…}) and API keys (document 001, {@code X-API-Key: pfk_…}).
 * The secret is {@code <prefix>_<id><random><checksum>}: shown once, kept as a SHA-256 digest. Thread-safe.
 */
@ProviderType
public interface ApiKeys {
    enum Type {
        TOKEN,
        KEY
    }

    /**
     * @param id {@code key_…}
     * @param prefix the first characters of the secret, enough to recognise it
     * @param plan {@code standard} or {@code premium}
     * @param scopes permissions it is narrowed to; empty means all of its owner's roles
     * @param expiresAt null for never
     * @param lastUsedAt to the minute, null when never used
     * @param rotatedTo the key that took its place, or null
     */
    record ApiKey(
            String id,
            String tenantId,
            Type type,
            String name,
            String prefix,
            String plan,
            Set<String> roles,
            Set<String> scopes,
            String createdBy,
            Instant createdAt,
            Instant expiresAt,
            Instant lastUsedAt,
            Instant revokedAt,
            String rotatedTo) {}

    /**
     * @param roles null for the caller's own; never more than the caller's
     * @param scopes permissions to narrow it to; each must be held by the caller
     */
    record NewApiKey(Type type, String name, String plan, Set<String> roles, Set<String> scopes, Instant expiresAt) {}

    /** @param secret the only time it is seen */
    record Created(ApiKey key, String secret) {}

    /**
     * @throws org.platformforge.kernel.api.PlatformException {@code FORBIDDEN} for a role, scope or plan that is more than
     *     the caller's own; {@code VALIDATION} naming every wrong field
     */
    Created create(Caller caller, NewApiKey request);

    Page<ApiKey> list(Caller caller, PageRequest page);

    Optional<ApiKey> find(Caller caller, String id);

    /**
     * Makes a key of the same type, name, plan, roles and scopes, and ends the old one. The new one is the caller's.
     *
     * @param grace how long the old secret is accepted beside the new one, at most until it would have expired: nothing, or
     *     one minute to seven days
     * @param expiresAt null for as long from now as the old one was made for
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND}; {@code FORBIDDEN} for somebody else's without
     *     the permission to revoke it, and for one that is more than the caller's own; {@code CONFLICT} for one that was
     *     revoked, rotated or has expired; {@code VALIDATION}
     */
    Created rotate(Caller caller, String id, Duration grace, Instant expiresAt);

    /** Effective at once on this node, within a second on others. Repeated calls change nothing. */
    ApiKey revoke(Caller caller, String id);
}
