package org.platformforge.auth.domain;

import java.time.Duration;
import org.platformforge.auth.domain.mfa.RememberedDevices.Remembered;

/**
 * A user with the tokens of a session that has just begun or gone on.
 *
 * @param device null unless the device is remembered from now on
 */
public record SignedIn(User user, String accessToken, String refreshToken, Duration expiresIn, Remembered device) {
    SignedIn on(Remembered remembered) {
        return new SignedIn(user, accessToken, refreshToken, expiresIn, remembered);
    }

    @Override
    public String toString() {
        return "SignedIn[" + user.id() + "]";
    }
}
