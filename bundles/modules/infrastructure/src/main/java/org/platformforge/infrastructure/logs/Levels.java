package org.platformforge.infrastructure.logs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The level an application's line names: near its beginning, or as {@code level} of a JSON object. Stateless. */
final class Levels {
    private static final int BEGINNING = 120;
    private static final Pattern JSON =
            Pattern.compile("\"(?:level|severity|lvl)\"\\s{0,3}:\\s{0,3}\"([A-Za-z]{4,11})\"");
    private static final Pattern WORD = Pattern.compile(
            "(?<![A-Za-z])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|PANIC)(?![A-Za-z])");

    private Levels() {}

    /** @return {@code info} where it names none */
    static String of(String line) {
        if (line.startsWith("{")) {
            Matcher json = JSON.matcher(line);
            return json.find() ? level(json.group(1).toUpperCase(Locale.ROOT)) : "info";
        }
        Matcher word = WORD.matcher(line.length() > BEGINNING ? line.substring(0, BEGINNING) : line);
        return word.find() ? level(word.group(1)) : "info";
    }

    private static String level(String name) {
        return switch (name) {
            case "TRACE" -> "trace";
            case "DEBUG" -> "debug";
            case "WARN", "WARNING" -> "warn";
            case "ERROR", "SEVERE" -> "error";
            case "FATAL", "CRITICAL", "PANIC" -> "fatal";
            default -> "info";
        };
    }
}
