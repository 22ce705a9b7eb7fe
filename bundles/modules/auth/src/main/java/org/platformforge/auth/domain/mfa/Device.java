package org.platformforge.auth.domain.mfa;

import java.time.Instant;

/**
 * A device that stands in for the code of a second factor.
 *
 * @param id {@code dev_…}
 * @param sessionId the session it last began
 * @param remoteAddress where it was remembered, null when not known
 * @param createdAt when a code was shown on it
 */
public record Device(
        String id,
        String tenantId,
        String userId,
        String sessionId,
        String remoteAddress,
        String userAgent,
        Instant createdAt,
        Instant lastUsedAt,
        Instant expiresAt) {}
