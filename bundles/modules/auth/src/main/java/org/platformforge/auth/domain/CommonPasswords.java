package org.platformforge.auth.domain;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The passwords that leak most often, in this bundle and asked for without a network. Guessing these is what attackers
 * begin with, whatever characters a rule would want.
 */
final class CommonPasswords {
    private static final String LIST = "common-passwords.txt";

    private CommonPasswords() {}

    /** Read when first asked for. */
    private static final class Holder {
        private static final Set<String> ALL = read();

        private static Set<String> read() {
            try (InputStream list = CommonPasswords.class.getResourceAsStream(LIST);
                    BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
                return lines.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toUnmodifiableSet());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static boolean contains(String password) {
        return Holder.ALL.contains(password.toLowerCase(Locale.ROOT));
    }
}
