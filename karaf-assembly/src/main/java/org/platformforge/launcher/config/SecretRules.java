package org.platformforge.launcher.config;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What makes a secret weak; the messages never hold any of it. */
final class SecretRules {
    private static final int MIN_PASSWORD = 12;
    private static final int KEY_BYTES = 32;
    /** Different bytes that 32 random ones have at least, but for one time in billions. */
    private static final int DIFFERENT_BYTES = 16;

    private static final Set<String> COMMON = Set.of(
            "password",
            "passwort",
            "postgres",
            "postgresql",
            "secret",
            "changeme",
            "changeit",
            "admin",
            "administrator",
            "forge",
            "platform",
            "platformforge",
            "letmein",
            "qwerty",
            "welcome",
            "default",
            "root",
            "test");

    private SecretRules() {}

    /** @param kin what stands near it, and must not be it: a user's name, an address */
    static List<String> password(String password, String kin) {
        List<String> problems = new ArrayList<>();
        String plain = password.toLowerCase(Locale.ROOT).replaceAll("[0-9!@#$%^&*()_+=.,;:?-]+$", "");
        if (password.length() < MIN_PASSWORD) {
            problems.add("has fewer than " + MIN_PASSWORD + " characters");
        }
        if (COMMON.contains(plain) || password.chars().distinct().count() < 4) {
            problems.add("is one of the first that are guessed");
        }
        if (!kin.isEmpty() && password.equalsIgnoreCase(kin)) {
            problems.add("is the user's name");
        }
        return problems;
    }

    /** @param keys base64 of 32 bytes, or several of them separated by commas */
    static List<String> key(String keys) {
        List<String> problems = new ArrayList<>();
        for (String key : keys.split(",")) {
            try {
                byte[] bytes = Base64.getDecoder().decode(key.strip());
                if (bytes.length != KEY_BYTES) {
                    problems.add("holds " + bytes.length + " bytes instead of " + KEY_BYTES);
                } else if (different(bytes) < DIFFERENT_BYTES) {
                    problems.add("is not random: make one with \"openssl rand -base64 32\"");
                }
            } catch (IllegalArgumentException e) {
                problems.add("is no base64");
            }
        }
        return problems;
    }

    private static long different(byte[] bytes) {
        boolean[] seen = new boolean[256];
        int count = 0;
        for (byte one : bytes) {
            if (!seen[one & 0xff]) {
                seen[one & 0xff] = true;
                count++;
            }
        }
        return count;
    }
}
