package org.platformforge.auth.rest;

import java.time.Instant;
import org.platformforge.auth.domain.SignedIn;

/**
 * Answer of {@code POST /auth/register}.
 *
 * @param expiresIn in seconds
 * @param confirmationSent true where registrations are confirmed, and nothing else is there then; else null
 */
public record RegisteredView(
        UserView user,
        String accessToken,
        String refreshToken,
        String tokenType,
        Long expiresIn,
        Boolean confirmationSent) {
    static final RegisteredView CONFIRMATION_SENT = new RegisteredView(null, null, null, null, null, true);

    public record UserView(String id, String email, String name, String tenantId, Instant createdAt) {}

    static RegisteredView of(SignedIn in) {
        return new RegisteredView(
                new UserView(
                        in.user().id(),
                        in.user().email(),
                        in.user().name(),
                        in.user().tenantId(),
                        in.user().createdAt()),
                in.accessToken(),
                in.refreshToken(),
                "Bearer",
                in.expiresIn().toSeconds(),
                null);
    }
}
