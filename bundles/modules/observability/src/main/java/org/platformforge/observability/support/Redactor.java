package org.platformforge.observability.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text: by the name before them, by their form, and by their value where that is known from somewhere else.
 * Rather too much than too little. Immutable.
 */
final class Redactor {
    static final String GONE = "***";

    private static final String SENSITIVE =
            "(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|credential|api[-_.]?key|secret[-_.]?key|private[-_.]?key"
                    + "|access[-_.]?key|signing[-_.]?key|encryption[-_.]?key|authorization|cookie|(?<![a-z])dsn|webhook[-_.]?url)";
    private static final Pattern NAME = Pattern.compile(SENSITIVE, Pattern.CASE_INSENSITIVE);
    /** {@code password = x}, {@code "password": "x"}, {@code --password x}: up to the end of a quoted text, or the line. */
    private static final Pattern ASSIGNED = Pattern.compile("(?im)(" + SENSITIVE
            + "[A-Za-z0-9_.-]{0,64}[\"']?[ \\t]{0,8}[=:][ \\t]{0,8})"
            + "(\"(?:[^\"\\\\\\r\\n]|\\\\.)*+\"?|'[^'\\r\\n]*+'?|[^\\r\\n,;&}\\]]+)");

    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)"),
            Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_.-]{8,}"),
            Pattern.compile("pf[a-z]_[0-9A-Za-z_-]{20,}"),
            Pattern.compile("(?i)(?<=\\b(?:bearer|basic)\\s)[A-Za-z0-9._~+/=-]{6,}"),
            Pattern.compile("(?<=://)[^/\\s:@]{0,256}:[^/\\s@]{1,256}(?=@)"),
            Pattern.compile("AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[baprs]-[A-Za-z0-9-]{10,}"));
    private static final int SHORTEST = 4;
    /** What is shorter may be a part of any word. */
    private static final int UNMISTAKABLE = 12;

    private final List<Pattern> values;

    /**
     * @param values secrets that are known; short ones are found as whole words only, and those shorter than four characters by
     *     their names alone
     */
    Redactor(Collection<String> values) {
        this.values = values.stream()
                .filter(Objects::nonNull)
                .map(String::strip)
                .filter(value -> value.length() >= SHORTEST)
                .filter(value -> !isHarmless(value))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Redactor::pattern)
                .toList();
    }

    private static Pattern pattern(String value) {
        String quoted = Pattern.quote(value);
        return Pattern.compile(
                value.length() < UNMISTAKABLE ? "(?<![A-Za-z0-9])" + quoted + "(?![A-Za-z0-9])" : quoted);
    }

    /** What stands behind the name of a secret and is none: the bundle would be unreadable without it. */
    private static boolean isHarmless(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.equals("true")
                || lower.equals("false")
                || lower.equals("none")
                || lower.startsWith("${env:")
                || lower.matches("[0-9]{1,6}");
    }

    static boolean isSensitive(String name) {
        return NAME.matcher(name).find();
    }

    String redact(String text) {
        String clean = text;
        for (Pattern value : values) {
            clean = value.matcher(clean).replaceAll(GONE);
        }
        for (Pattern form : FORMS) {
            clean = form.matcher(clean).replaceAll(GONE);
        }
        return ASSIGNED.matcher(clean).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + GONE));
    }
}
