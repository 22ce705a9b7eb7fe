package org.platformforge.catalog.domain;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.platformforge.kernel.api.jobs.Cron;

/**
 * A time in which nothing is deployed to an environment: once, or again and again.
 *
 * @param from RFC 3339, with {@code until}; null for one that comes again
 * @param until RFC 3339, from which on it is over
 * @param cron when it begins, in five fields, with {@code durationMinutes}; null for one that comes once
 * @param timeZone of {@code cron}; null for UTC
 */
public record FreezeWindow(
        String name, String from, String until, String cron, Integer durationMinutes, String timeZone) {
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_MINUTES = 31 * 24 * 60;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** When the freeze that is on at a moment is over; empty when none is on. */
    Optional<Instant> frozenUntil(Instant now, Cron reader) {
        if (cron == null) {
            Instant end = OffsetDateTime.parse(until).toInstant();
            boolean on = !now.isBefore(OffsetDateTime.parse(from).toInstant()) && now.isBefore(end);
            return on ? Optional.of(end) : Optional.empty();
        }
        Duration duration = Duration.ofMinutes(durationMinutes);
        Cron.Schedule times = times(reader);
        return lastBegun(times, now.minus(duration), now).map(time -> time.plus(duration));
    }

    /** Halved until one minute is left, for what begins every minute may have begun thousands of times. */
    private static Optional<Instant> lastBegun(Cron.Schedule times, Instant after, Instant now) {
        if (!beginsBetween(times, after, now)) {
            return Optional.empty();
        }
        Instant low = after;
        Instant high = now;
        while (Duration.between(low, high).compareTo(MINUTE) > 0) {
            Instant middle = low.plus(Duration.between(low, high).dividedBy(2));
            if (beginsBetween(times, middle, now)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return times.next(low);
    }

    private static boolean beginsBetween(Cron.Schedule times, Instant after, Instant now) {
        return times.next(after).filter(time -> !time.isAfter(now)).isPresent();
    }

    private Cron.Schedule times(Cron reader) {
        return reader.schedule(cron, timeZone == null ? "UTC" : timeZone);
    }

    /** @param field before the names of what is wrong */
    void check(Checks checks, String field, Cron reader) {
        boolean named = name != null
                && !name.isBlank()
                && name.length() <= LONGEST_NAME
                && name.chars().noneMatch(Character::isISOControl);
        if (!named) {
            checks.problem(field + ".name", "must have 1 to " + LONGEST_NAME + " characters");
        }
        boolean once = from != null || until != null;
        boolean again = cron != null || durationMinutes != null || timeZone != null;
        if (once == again) {
            checks.problem(field, "must have from and until, or cron and duration_minutes with a time_zone");
        } else if (once) {
            checkRange(checks, field);
        } else {
            checkCron(checks, field, reader);
        }
    }

    private void checkRange(Checks checks, String field) {
        Optional<Instant> begins = time(checks, field + ".from", from);
        Optional<Instant> ends = time(checks, field + ".until", until);
        if (begins.isPresent() && ends.isPresent() && !begins.get().isBefore(ends.get())) {
            checks.problem(field + ".until", "must be after from");
        }
    }

    private static Optional<Instant> time(Checks checks, String field, String text) {
        try {
            if (text != null) {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            }
        } catch (DateTimeException e) {
            // said below
        }
        checks.problem(field, "must be a time such as 2026-12-24T00:00:00+01:00");
        return Optional.empty();
    }

    private void checkCron(Checks checks, String field, Cron reader) {
        if (durationMinutes == null || durationMinutes < 1 || durationMinutes > LONGEST_MINUTES) {
            checks.problem(field + ".duration_minutes", "must be a number from 1 to " + LONGEST_MINUTES);
        }
        if (timeZone != null) {
            try {
                reader.zone(timeZone);
            } catch (IllegalArgumentException e) {
                checks.problem(field + ".time_zone", e.getMessage());
                return;
            }
        }
        try {
            if (cron == null) {
                checks.problem(field + ".cron", "is needed: when it begins");
            } else {
                times(reader);
            }
        } catch (IllegalArgumentException e) {
            checks.problem(field + ".cron", e.getMessage());
        }
    }
}
