package org.platformforge.kernel.api.jobs;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Reads schedules of five fields (minute, hour, day of month, month, day of week), as crontab(5) has them. Thread-safe. */
@ProviderType
public interface Cron {
    /**
     * @param expression such as {@code 0 3 * * 1-5}
     * @param zone a time zone such as {@code Europe/Berlin}
     * @throws IllegalArgumentException for what is no schedule, is never due, or is no time zone, in words for people
     */
    Schedule schedule(String expression, String zone);

    /** @throws IllegalArgumentException for what is no time zone, in words for people */
    ZoneId zone(String name);

    /** The times of a schedule. Immutable. */
    interface Schedule {
        /** The first time after this moment. */
        Optional<Instant> next(Instant after);
    }
}
