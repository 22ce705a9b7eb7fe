package org.platformforge.kernel.security.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;
import org.platformforge.kernel.api.security.ApiKeys;

/**
 * The text of an API key: {@code pft_} or {@code pfk_}, 12 characters that find its row, 32 that are secret (190 bits),
 * and 6 of CRC-32 over all before, each in base 62. A scanner recognises a leaked one, and a mistyped one is refused
 * without asking the database.
 *
 * @param lookup the part that finds the row; no secret
 */
record Secret(ApiKeys.Type type, String text, String lookup) {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int BASE = ALPHABET.length();
    private static final int PREFIX = 4;
    private static final int LOOKUP = 12;
    private static final int RANDOM = 32;
    private static final int CHECKSUM = 6;
    private static final int LENGTH = PREFIX + LOOKUP + RANDOM + CHECKSUM;
    private static final int EVEN = 256 - 256 % BASE;

    static Secret generate(ApiKeys.Type type, SecureRandom random) {
        StringBuilder text = new StringBuilder(LENGTH).append(prefix(type));
        byte[] draw = new byte[1];
        while (text.length() < PREFIX + LOOKUP + RANDOM) {
            random.nextBytes(draw);
            int value = draw[0] & 0xff;
            if (value < EVEN) { // the rest would make some characters likelier
                text.append(ALPHABET.charAt(value % BASE));
            }
        }
        text.append(checksum(text));
        return new Secret(type, text.toString(), text.substring(PREFIX, PREFIX + LOOKUP));
    }

    /** Whether a text claims to be an API key; it may still be garbled. */
    static boolean looksLikeOne(String text) {
        return text.startsWith(prefix(ApiKeys.Type.TOKEN)) || text.startsWith(prefix(ApiKeys.Type.KEY));
    }

    /** Empty unless length, characters and checksum are right. */
    static Optional<Secret> parse(String text) {
        if (text.length() != LENGTH || !looksLikeOne(text)) {
            return Optional.empty();
        }
        for (int i = PREFIX; i < LENGTH; i++) {
            if (ALPHABET.indexOf(text.charAt(i)) < 0) {
                return Optional.empty();
            }
        }
        if (!text.endsWith(checksum(text.substring(0, LENGTH - CHECKSUM)))) {
            return Optional.empty();
        }
        ApiKeys.Type type = text.startsWith(prefix(ApiKeys.Type.KEY)) ? ApiKeys.Type.KEY : ApiKeys.Type.TOKEN;
        return Optional.of(new Secret(type, text, text.substring(PREFIX, PREFIX + LOOKUP)));
    }

    /** The characters that may be shown: the type and the part that finds the row. */
    String visible() {
        return text.substring(0, PREFIX + LOOKUP);
    }

    /** SHA-256 in hex. The secret part is random, so no salt and no slow hash are needed. */
    String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }

    boolean matches(String digest) {
        return MessageDigest.isEqual(
                digest().getBytes(StandardCharsets.US_ASCII), digest.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return visible() + "…";
    }

    private static String prefix(ApiKeys.Type type) {
        return type == ApiKeys.Type.KEY ? "pfk_" : "pft_";
    }

    private static String checksum(CharSequence text) {
        CRC32 crc = new CRC32();
        crc.update(text.toString().getBytes(StandardCharsets.US_ASCII));
        long value = crc.getValue();
        char[] digits = new char[CHECKSUM];
        for (int i = CHECKSUM - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (value % BASE));
            value /= BASE;
        }
        return new String(digits);
    }
}
