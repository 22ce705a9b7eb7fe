package org.platformforge.auth.domain.mfa;

import java.util.List;

/**
 * What a user needs to set a factor up, shown once.
 *
 * @param secret in Base32, null for other kinds than an authenticator app
 * @param qrCode the secret as a PNG in a data URI, null as the secret
 * @param backupCodes empty when the user has some already
 */
public record Enrolment(String secret, String qrCode, List<String> backupCodes) {
    @Override
    public String toString() {
        return "Enrolment[" + backupCodes.size() + " backup codes]";
    }
}
