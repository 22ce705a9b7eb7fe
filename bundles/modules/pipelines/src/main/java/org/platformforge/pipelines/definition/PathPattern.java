package org.platformforge.pipelines.definition;

import java.util.regex.Pattern;

/**
 * A pattern of paths below the root of the files: {@code *} for any characters but a slash, {@code **} for any folders, {@code
 * ?} for one character. Matching takes time linear in the path for each {@code *}; there are at most {@value #MOST_STARS}.
 */
public final class PathPattern {
    private static final int MOST_STARS = 6;

    private final Pattern pattern;

    public PathPattern(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (text.startsWith("**/", i)) {
                regex.append("(?:[^/]++/)*");
                i += 2;
            } else if (text.startsWith("**", i)) {
                regex.append(".*");
                i += 1;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        this.pattern = Pattern.compile(regex.toString());
    }

    /** @return null for a pattern that can be used */
    public static String wrong(String text) {
        if (text.startsWith("/") || text.contains("\\") || (text + "/").contains("../")) {
            return "must be paths below the root of the repository";
        }
        if (text.chars().filter(c -> c == '*').count() > MOST_STARS) {
            return "must have at most " + MOST_STARS + " stars in a pattern";
        }
        return null;
    }

    public boolean matches(String path) {
        return pattern.matcher(path).matches();
    }
}
