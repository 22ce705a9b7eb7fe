package org.platformforge.kernel.store.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.platformforge.kernel.api.security.Secrets;

/** Secrets under a key that everybody knows: what is sealed is bound to its context, and not encrypted. */
public final class FixedSecrets implements Secrets {
    private final byte[] key;

    public FixedSecrets(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] mac(String purpose, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String seal(String purpose, String context, byte[] plaintext) {
        Base64.Encoder base64 = Base64.getUrlEncoder();
        return base64.encodeToString(plaintext) + '.' + base64.encodeToString(mac(purpose + ' ' + context, plaintext));
    }

    @Override
    public byte[] open(String purpose, String context, String sealed) {
        String[] parts = sealed.split("\\.");
        byte[] plaintext = Base64.getUrlDecoder().decode(parts[0]);
        if (!Arrays.equals(Base64.getUrlDecoder().decode(parts[1]), mac(purpose + ' ' + context, plaintext))) {
            throw new IllegalArgumentException("Sealed with another key, or for something else");
        }
        return plaintext;
    }
}
