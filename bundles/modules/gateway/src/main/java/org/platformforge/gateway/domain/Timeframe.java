package org.platformforge.gateway.domain;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far back, and in which steps.
 *
 * @param text as answered to the client: what was asked for, or the limit when that was more
 * @param stepMinutes at most some 180 steps make up the time
 */
record Timeframe(String text, long minutes, long stepMinutes) {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,6})([mhd])");
    private static final long MAX_MINUTES = Duration.ofDays(7).toMinutes();
    private static final long MAX_STEPS = 180;
    private static final long[] STEPS = {1, 5, 15, 60};

    /** Empty when it is not a whole number followed by m, h or d. */
    static Optional<Timeframe> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long unit = switch (form.group(2)) {
            case "m" -> 1;
            case "h" -> Duration.ofHours(1).toMinutes();
            default -> Duration.ofDays(1).toMinutes();
        };
        long minutes = Long.parseLong(form.group(1)) * unit;
        return Optional.of(minutes > MAX_MINUTES ? of("7d", MAX_MINUTES) : of(text, minutes));
    }

    private static Timeframe of(String text, long minutes) {
        for (long step : STEPS) {
            if (minutes <= step * MAX_STEPS) {
                return new Timeframe(text, minutes, step);
            }
        }
        return new Timeframe(text, minutes, STEPS[STEPS.length - 1]);
    }
}
