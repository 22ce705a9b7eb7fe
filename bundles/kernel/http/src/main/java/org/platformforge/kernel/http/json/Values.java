package org.platformforge.kernel.http.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text forms of times that bodies and parameters share. */
final class Values {
    private static final Pattern TIMEFRAME = Pattern.compile("(\\d{1,9})([smhdw])");

    private Values() {}

    /** @throws DateTimeException when the text is no ISO-8601 date and time with a zone in the years 1…9999 */
    static Instant instant(String text) {
        OffsetDateTime parsed = OffsetDateTime.parse(text);
        if (parsed.getYear() < 1 || parsed.getYear() > 9999) {
            throw new DateTimeException("year out of range");
        }
        return parsed.toInstant();
    }

    /**
     * A timeframe such as {@code 30s}, {@code 5m}, {@code 24h}, {@code 7d}, {@code 2w}, or ISO-8601 ({@code PT5M}).
     *
     * @throws DateTimeException when it is neither
     */
    static Duration duration(String text) {
        Matcher timeframe = TIMEFRAME.matcher(text);
        if (!timeframe.matches()) {
            return Duration.parse(text);
        }
        long amount = Long.parseLong(timeframe.group(1));
        return switch (timeframe.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofDays(Math.multiplyExact(7L, amount));
        };
    }
}
