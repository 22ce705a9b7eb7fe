package org.platformforge.auth.domain;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.platformforge.kernel.api.security.Secrets;

/** HMAC under a fixed key; the auth module seals nothing. */
final class TestSecrets implements Secrets {
    private final byte[] key;

    TestSecrets(String key) {
        this.key = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public byte[] mac(String purpose, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(purpose.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String seal(String purpose, String context, byte[] plaintext) {
        throw new UnsupportedOperationException("not used by the auth module");
    }

    @Override
    public byte[] open(String purpose, String context, String sealed) {
        throw new UnsupportedOperationException("not used by the auth module");
    }
}
