package org.platformforge.kernel.api.jobs;

import com.github.kagkarlsson.shaded.cronutils.model.CronType;
import com.github.kagkarlsson.shaded.cronutils.model.definition.CronDefinitionBuilder;
import com.github.kagkarlsson.shaded.cronutils.model.time.ExecutionTime;
import com.github.kagkarlsson.shaded.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** A schedule of five fields (minute, hour, day of month, month, day of week), as crontab(5) has them, in a time zone. Immutable. */
public final class Cron {
    private static final int LONGEST = 100;

    private final ExecutionTime times;
    private final ZoneId zone;

    private Cron(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    /** @throws IllegalArgumentException for what is no schedule, in words for people */
    public static Cron parse(String expression, String zone) {
        if (expression.length() > LONGEST || expression.strip().split("\\s+").length != 5) {
            throw new IllegalArgumentException(
                    "must have five fields: minute, hour, day of month, month, day of week, such as 0 3 * * 1-5");
        }
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            Cron cron = new Cron(ExecutionTime.forCron(parser.parse(expression.strip())), zone(zone));
            if (cron.next(Instant.EPOCH).isEmpty()) {
                throw new IllegalArgumentException("is never due");
            }
            return cron;
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(message.length() > 200 ? message.substring(0, 200) : message, e);
        }
    }

    public static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be a time zone such as Europe/Berlin or UTC", e);
        }
    }

    /** The first time after this moment. */
    public Optional<Instant> next(Instant after) {
        return times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
    }
}
