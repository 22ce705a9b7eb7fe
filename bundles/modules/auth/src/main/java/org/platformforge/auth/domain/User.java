package org.platformforge.auth.domain;

import java.time.Instant;
import java.util.Set;

/**
 * A person with an account in one tenant.
 *
 * @param id {@code user_…}
 * @param email in lower case, unique on the platform
 * @param emailVerifiedAt when the user showed to receive what is sent there; null when not yet
 * @param passwordHash Argon2id in PHC string format; never leaves the module
 */
public record User(
        String id,
        String tenantId,
        String email,
        String name,
        String passwordHash,
        Set<String> roles,
        Status status,
        Instant createdAt,
        Instant emailVerifiedAt) {

    /** One whose address is not verified. */
    public User(
            String id,
            String tenantId,
            String email,
            String name,
            String passwordHash,
            Set<String> roles,
            Status status,
            Instant createdAt) {
        this(id, tenantId, email, name, passwordHash, roles, status, createdAt, null);
    }

    public enum Status {
        ACTIVE,
        SUSPENDED
    }

    @Override
    public String toString() {
        return id;
    }
}
