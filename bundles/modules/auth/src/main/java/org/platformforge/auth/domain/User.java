package org.platformforge.auth.domain;

import java.time.Instant;
import java.util.Set;

/**
 * A person with an account in one tenant.
 *
 * @param id {@code user_…}
 * @param email in lower case, unique on the platform
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
        Instant createdAt) {

    public enum Status {
        ACTIVE,
        SUSPENDED
    }

    @Override
    public String toString() {
        return id;
    }
}
