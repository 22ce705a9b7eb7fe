package org.platformforge.auth.domain.mfa;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** Time-based one-time passwords (RFC 6238): HMAC-SHA-1, 30 seconds, 6 digits, what every authenticator app does. */
final class Totp {
    static final int STEP_SECONDS = 30;

    /** Steps before and after the present one that are accepted: clocks differ, and people type slowly. */
    private static final int WINDOW = 1;

    private static final int MODULUS = 1_000_000;
    /** The length of the hash, as RFC 4226 recommends. */
    private static final int SECRET_BYTES = 20;

    private Totp() {}

    static byte[] newSecret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return secret;
    }

    /** As people type it into an app. */
    static String text(byte[] secret) {
        return Base32.toBase32String(secret);
    }

    static long step(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), STEP_SECONDS);
    }

    static String code(byte[] secret, long step) {
        byte[] hash = hmac(secret, ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        int offset = hash[hash.length - 1] & 0xf;
        int number = ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff;
        return String.format("%06d", number % MODULUS);
    }

    /**
     * The step that the code belongs to, if it is one of the window and later than the last one used. The work is the same
     * for every code.
     */
    static OptionalLong match(byte[] secret, String code, Instant now, long lastStep) {
        byte[] presented = code.getBytes(StandardCharsets.UTF_8);
        long current = step(now);
        OptionalLong found = OptionalLong.empty();
        for (long step = current - WINDOW; step <= current + WINDOW; step++) {
            byte[] expected = code(secret, step).getBytes(StandardCharsets.UTF_8);
            boolean same = MessageDigest.isEqual(expected, presented);
            if (same && step > lastStep) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /** What the QR code says, in the form that authenticator apps read ({@code otpauth}). */
    static String uri(String issuer, String account, byte[] secret) {
        return "otpauth://totp/" + encoded(issuer) + ':' + encoded(account) + "?secret=" + text(secret) + "&issuer="
                + encoded(issuer) + "&algorithm=SHA1&digits=6&period=" + STEP_SECONDS;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA1 is not available", e);
        }
    }
}
