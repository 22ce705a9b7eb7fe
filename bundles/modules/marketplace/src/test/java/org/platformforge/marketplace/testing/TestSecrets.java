package org.platformforge.marketplace.testing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.platformforge.kernel.api.security.Secrets;

/** Hides nothing, but binds a text to its purpose and context as the real one does. */
public final class TestSecrets implements Secrets {
    @Override
    public byte[] mac(String purpose, byte[] data) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String seal(String purpose, String context, byte[] plaintext) {
        return "sealed." + encode((purpose + context).getBytes(StandardCharsets.UTF_8)) + "." + encode(plaintext);
    }

    @Override
    public byte[] open(String purpose, String context, String sealed) {
        String[] parts = sealed.split("\\.");
        if (!parts[1].equals(encode((purpose + context).getBytes(StandardCharsets.UTF_8)))) {
            throw new IllegalArgumentException("sealed for something else");
        }
        return Base64.getUrlDecoder().decode(parts[2]);
    }

    private static String encode(byte[] data) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
    }
}
