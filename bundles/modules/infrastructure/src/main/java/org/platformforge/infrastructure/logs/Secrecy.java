package org.platformforge.infrastructure.logs;

import java.util.regex.Pattern;

/** Blanks what looks like a secret. Nobody should have logged one; this is for when somebody did. Stateless. */
final class Secrecy {
    private static final String MASK = "***";
    private static final Pattern NAMED = Pattern.compile(
            "(?i)\\b([a-z_-]{0,40}(?:password|passwd|secret|token|api[_-]?key|authorization)\"?\\s{0,3}[=:]\\s{0,3}\"?)"
                    + "(?:(?:bearer|basic)\\s)?[^\\s\",;&]{1,2000}");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer\\s)[A-Za-z0-9._~+/=-]{8,4000}");
    private static final Pattern JWT =
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,2000}\\.[A-Za-z0-9_-]{1,4000}\\.[A-Za-z0-9_-]{1,2000}");

    private Secrecy() {}

    /** @return null for null */
    static String blank(String text) {
        if (text == null) {
            return null;
        }
        String blanked = NAMED.matcher(text).replaceAll("$1" + MASK);
        blanked = BEARER.matcher(blanked).replaceAll("$1" + MASK);
        return JWT.matcher(blanked).replaceAll(MASK);
    }
}
