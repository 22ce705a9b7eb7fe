package org.platformforge.auth.domain.mfa;

import java.time.Instant;
import org.bouncycastle.util.encoders.Base32;

/** An authenticator app. */
public final class Codes {
    private Codes() {}

    public static String at(String secret, Instant time) {
        return Totp.code(Base32.decode(secret), Totp.step(time));
    }

    public static String readQr(String dataUri) throws Exception {
        return QrImageTest.read(dataUri);
    }
}
