package org.platformforge.kernel.http.route;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A compiled path template. Variables take one segment; a last variable whose expression is {@code .*} or {@code .+}
 * takes the rest of the path.
 *
 * @param text the template as written
 * @param segments its parts in order
 * @param names the variables in order
 */
public record PathTemplate(String text, List<Segment> segments, List<String> names) {

    /** One part of a template between slashes. */
    public sealed interface Segment {
        /** Equal for two segments that match the same, whatever their variables are called. */
        String shape();
    }

    record Literal(String text) implements Segment {
        @Override
        public String shape() {
            return text;
        }
    }

    /** A whole segment. */
    record Variable() implements Segment {
        @Override
        public String shape() {
            return "{}";
        }
    }

    /** A segment with an expression; every variable is one capturing group. */
    record Expression(String source, Pattern pattern) implements Segment {
        @Override
        public String shape() {
            return "{" + source + "}";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Expression expression && expression.source.equals(source);
        }

        @Override
        public int hashCode() {
            return source.hashCode();
        }
    }

    /** The rest of the path. */
    record Tail(boolean mayBeEmpty) implements Segment {
        @Override
        public String shape() {
            return "{**}";
        }
    }

    /** @throws IllegalArgumentException naming what is wrong with the template */
    public static PathTemplate compile(String template) {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("The path template " + template + " does not start with a slash");
        }
        List<String> names = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        List<String> parts = split(template);
        for (int i = 0; i < parts.size(); i++) {
            segments.add(segment(template, parts.get(i), i == parts.size() - 1, names));
        }
        if (names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException("The path template " + template + " names a variable twice");
        }
        return new PathTemplate(template, List.copyOf(segments), List.copyOf(names));
    }

    /** Whether every segment is matched in time in proportion to its length, whatever stands in it. */
    public boolean isLinear() {
        return segments.stream()
                .allMatch(segment -> !(segment instanceof Expression expression) || isLinear(expression.source()));
    }

    /** One repetition and no choice: nothing there is to go back to. */
    private static boolean isLinear(String regex) {
        int repetitions = 0;
        int groups = 0;
        boolean quoted = false;
        boolean inClass = false;
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                i++;
                quoted = i < regex.length() && (regex.charAt(i) == 'Q' || quoted && regex.charAt(i) != 'E');
            } else if (quoted) {
                continue;
            } else if (inClass) {
                inClass = c != ']';
            } else if (c == '[') {
                inClass = true;
            } else if (c == '|') {
                return false;
            } else if (c == '(') {
                groups += regex.startsWith("?", i + 1) ? 2 : 1;
            } else if (c == '*' || c == '+' || c == '{') {
                repetitions++;
            }
        }
        return repetitions <= 1 && groups <= 1;
    }

    /** Equal for templates that match the same paths. */
    public String shape() {
        StringBuilder shape = new StringBuilder();
        segments.forEach(segment -> shape.append('/').append(segment.shape()));
        return shape.isEmpty() ? "/" : shape.toString();
    }

    private static List<String> split(String template) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 1;
        for (int i = 1; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            } else if (c == '/' && depth == 0) {
                parts.add(template.substring(start, i));
                start = i + 1;
            }
        }
        if (depth != 0) {
            throw new IllegalArgumentException("The braces of the path template " + template + " do not match");
        }
        if (start < template.length()) {
            parts.add(template.substring(start));
        }
        return parts;
    }

    private static Segment segment(String template, String part, boolean last, List<String> names) {
        if (part.isEmpty()) {
            throw new IllegalArgumentException("The path template " + template + " has an empty segment");
        }
        if (part.indexOf('{') < 0) {
            return new Literal(part);
        }
        boolean whole = part.startsWith("{") && closing(part, 0) == part.length() - 1;
        if (whole) {
            String expression = variable(part, 0, part.length() - 1, names);
            if (expression.isEmpty()) {
                return new Variable();
            }
            if (last && (expression.equals(".*") || expression.equals(".+"))) {
                return new Tail(expression.equals(".*"));
            }
            return expression(template, "(" + capturesNothing(expression) + ")");
        }
        StringBuilder regex = new StringBuilder();
        int at = 0;
        while (at < part.length()) {
            int open = part.indexOf('{', at);
            if (open < 0) {
                regex.append(Pattern.quote(part.substring(at)));
                break;
            }
            if (open > at) {
                regex.append(Pattern.quote(part.substring(at, open)));
            }
            int close = closing(part, open);
            String inner = variable(part, open, close, names);
            regex.append('(')
                    .append(inner.isEmpty() ? "[^/]+?" : capturesNothing(inner))
                    .append(')');
            at = close + 1;
        }
        return expression(template, regex.toString());
    }

    private static Segment expression(String template, String regex) {
        try {
            return new Expression(regex, Pattern.compile(regex));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("The path template " + template + " has a bad expression", e);
        }
    }

    /** Groups inside a variable's expression must not count as variables. */
    private static String capturesNothing(String expression) {
        return expression.replaceAll("(?<!\\\\)\\((?!\\?)", "(?:");
    }

    private static String variable(String part, int open, int close, List<String> names) {
        String inner = part.substring(open + 1, close);
        int colon = inner.indexOf(':');
        names.add((colon < 0 ? inner : inner.substring(0, colon)).trim());
        return colon < 0 ? "" : inner.substring(colon + 1).trim();
    }

    private static int closing(String part, int open) {
        int depth = 0;
        for (int i = open; i < part.length(); i++) {
            if (part.charAt(i) == '{') {
                depth++;
            } else if (part.charAt(i) == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
