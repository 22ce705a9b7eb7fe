package org.platformforge.kernel.api;

import java.security.SecureRandom;

/** Prefixed, time-ordered ids such as {@code prov-01jd3v8k2m6p4q9r}: sortable by creation, 64 random bits behind. */
public final class Ids {
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /**
     * A new id. Thread-safe.
     *
     * @param prefix with its separator, such as {@code "prov-"} or {@code "user_"}
     */
    public static String next(String prefix) {
        long time = System.currentTimeMillis();
        long random = RANDOM.nextLong();
        StringBuilder id = new StringBuilder(prefix.length() + 23).append(prefix);
        for (int shift = 45; shift >= 0; shift -= 5) {
            id.append(ALPHABET[(int) (time >>> shift) & 31]);
        }
        for (int shift = 60; shift >= 0; shift -= 5) {
            id.append(ALPHABET[(int) (random >>> shift) & 31]);
        }
        return id.toString();
    }
}
