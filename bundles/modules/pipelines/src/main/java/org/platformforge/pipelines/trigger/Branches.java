package org.platformforge.pipelines.trigger;

import java.util.List;
import java.util.regex.Pattern;

/** Patterns of names of branches: {@code *} stands for any characters, slashes among them. Stateless. */
public final class Branches {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9*][A-Za-z0-9._/*-]{0,254}");
    private static final int MOST_STARS = 4;

    private Branches() {}

    public static boolean isPattern(String text) {
        return FORM.matcher(text).matches()
                && text.chars().filter(c -> c == '*').count() <= MOST_STARS;
    }

    public static boolean matches(List<String> patterns, String branch) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, branch));
    }

    private static boolean matches(String pattern, String branch) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.split("(?=\\*)|(?<=\\*)")) {
            regex.append(part.equals("*") ? ".*" : Pattern.quote(part));
        }
        return branch.matches(regex.toString());
    }
}
