package org.platformforge.auth.domain.mfa;

import java.time.Instant;

/**
 * A second factor of a user.
 *
 * @param id {@code mfa_…}
 * @param secret of an authenticator app, sealed; null for the other kinds
 * @param target number that codes are sent to; null for the other kinds: e-mail goes to the user's address
 * @param lastStep newest time step whose code was used (RFC 6238); only later ones are accepted
 * @param verifiedAt null while the enrolment waits for its first code
 */
public record Factor(
        String id,
        String tenantId,
        String userId,
        Method method,
        String secret,
        String target,
        long lastStep,
        Instant createdAt,
        Instant verifiedAt) {

    public boolean active() {
        return verifiedAt != null;
    }

    @Override
    public String toString() {
        return id;
    }
}
