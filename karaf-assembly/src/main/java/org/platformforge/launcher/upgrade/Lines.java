package org.platformforge.launcher.upgrade;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of a file of settings. A value that goes on over several lines (each but the last ends with a backslash) is one
 * element, so that nobody's half of it is mixed with another's.
 */
final class Lines {
    private Lines() {}

    /** @param text with line ends of any kind */
    static List<String> of(String text) {
        List<String> result = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (String line : text.lines().toList()) {
            open.append(line);
            if (goesOn(line)) {
                open.append('\n');
            } else {
                result.add(open.toString());
                open.setLength(0);
            }
        }
        if (!open.isEmpty()) {
            result.add(open.toString());
        }
        return result;
    }

    static String text(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** How often each key is set. */
    static Map<String, Integer> keys(List<String> lines) {
        Map<String, Integer> keys = new HashMap<>();
        for (String line : lines) {
            String key = key(line);
            if (!key.isEmpty()) {
                keys.merge(key, 1, Integer::sum);
            }
        }
        return keys;
    }

    private static String key(String line) {
        String text = line.strip();
        return isComment(text) ? "" : text.split("[\\s=:]", 2)[0];
    }

    private static boolean isComment(String text) {
        return text.isEmpty() || text.startsWith("#") || text.startsWith("!");
    }

    private static boolean goesOn(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\\') {
            end--;
        }
        return (line.length() - end) % 2 != 0 && !isComment(line.strip());
    }
}
