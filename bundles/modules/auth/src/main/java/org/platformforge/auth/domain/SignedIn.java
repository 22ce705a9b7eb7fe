package org.platformforge.auth.domain;

import java.time.Duration;

/** A user with the tokens of a session that has just begun or gone on. */
public record SignedIn(User user, String accessToken, String refreshToken, Duration expiresIn) {
    @Override
    public String toString() {
        return "SignedIn[" + user.id() + "]";
    }
}
