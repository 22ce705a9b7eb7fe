package org.platformforge.auth.domain;

import java.time.Instant;
import java.util.Set;

/**
 * What lets somebody join a tenant.
 *
 * @param id {@code inv_…}
 * @param createdBy who invited; {@code system} where the tenant's policy did
 */
public record Invitation(
        String id,
        String tenantId,
        String email,
        Set<String> roles,
        String createdBy,
        Instant createdAt,
        Instant expiresAt) {}
