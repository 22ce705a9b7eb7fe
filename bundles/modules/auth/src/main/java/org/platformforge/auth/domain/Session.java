package org.platformforge.auth.domain;

import java.time.Instant;
import java.util.List;

/**
 * A login and the family of refresh tokens that descends from it. One row is the whole family: the tokens themselves are
 * derived (see {@link RefreshTokens}), so only the generation of the live one has to be known.
 *
 * @param id {@code ses_…}; the {@code sid} of its access tokens
 * @param generation of the refresh token that is valid now; the first is 1
 * @param rotatedAt when that generation came to be
 * @param revokedAt null while the family lives
 * @param methods how the person proved who they are ({@code amr}), such as {@code pwd} or {@code pwd otp mfa}
 * @param authenticatedAt when they last did; refreshing does not count
 * @param remoteAddress where it began, null when not known
 */
public record Session(
        String id,
        String tenantId,
        String userId,
        long generation,
        Instant createdAt,
        Instant rotatedAt,
        Instant expiresAt,
        Instant revokedAt,
        List<String> methods,
        Instant authenticatedAt,
        String remoteAddress,
        String userAgent) {

    /** The session once its refresh token was exchanged for the next. */
    Session advanced(Instant now) {
        return new Session(
                id,
                tenantId,
                userId,
                generation + 1,
                createdAt,
                now,
                expiresAt,
                revokedAt,
                methods,
                authenticatedAt,
                remoteAddress,
                userAgent);
    }

    boolean usable(Instant now) {
        return revokedAt == null && now.isBefore(expiresAt);
    }
}
