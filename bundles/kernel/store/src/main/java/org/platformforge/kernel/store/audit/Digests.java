package org.platformforge.kernel.store.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The digests of the chain. */
final class Digests {
    /** What the first record of a tenant names as the one before. */
    static final String GENESIS = "0".repeat(64);

    private static final String HMAC = "HmacSHA256";

    private Digests() {}

    /**
     * SHA-256 over the canonical record and its MAC, in hex: what the next record names. So whoever has no key can follow
     * the chain, to a state that was signed, and every byte is bound by it.
     */
    static String hash(byte[] canonical, String mac) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(canonical);
            return HexFormat.of().formatHex(digest.digest(bytes(mac)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }

    static byte[] mac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + " is not available", e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
