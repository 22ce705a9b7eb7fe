package org.platformforge.provisioning.domain.template;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people say them: {@code 8 seconds}, {@code 5 minutes}; document 000 shows its estimates so. */
public final class HumanDuration {
    private static final Pattern PLAIN = Pattern.compile("(\\d{1,6}) ?(s|seconds?|m|min|minutes?|h|hours?)");
    private static final long SECONDS_UP_TO = 89;
    private static final long MINUTES_UP_TO = 89 * 60;

    private HumanDuration() {}

    /** Rounded up to whole seconds, minutes from 90 seconds on, or hours from 90 minutes on; at least one second. */
    public static String render(Duration duration) {
        long seconds = Math.max(1, duration.plusMillis(999).toSeconds());
        if (seconds <= SECONDS_UP_TO) {
            return count(seconds, "second");
        }
        return seconds <= MINUTES_UP_TO ? count((seconds + 59) / 60, "minute") : count((seconds + 3599) / 3600, "hour");
    }

    private static String count(long value, String unit) {
        return value + " " + unit + (value == 1 ? "" : "s");
    }

    /**
     * @param text ISO-8601 ({@code PT30S}) or a number with a unit ({@code 30 s}, {@code 5 minutes})
     * @throws IllegalArgumentException when it is neither, or not above zero
     */
    static Duration parse(String text) {
        Duration duration = parseAny(text.trim());
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("must be longer than nothing");
        }
        return duration;
    }

    private static Duration parseAny(String text) {
        Matcher plain = PLAIN.matcher(text);
        if (plain.matches()) {
            long value = Long.parseLong(plain.group(1));
            return switch (plain.group(2).charAt(0)) {
                case 's' -> Duration.ofSeconds(value);
                case 'm' -> Duration.ofMinutes(value);
                default -> Duration.ofHours(value);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("must be a duration such as PT30S or \"30 s\"", e);
        }
    }
}
