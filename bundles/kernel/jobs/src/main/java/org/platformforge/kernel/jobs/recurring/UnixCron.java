package org.platformforge.kernel.jobs.recurring;

import com.github.kagkarlsson.shaded.cronutils.model.CronType;
import com.github.kagkarlsson.shaded.cronutils.model.definition.CronDefinitionBuilder;
import com.github.kagkarlsson.shaded.cronutils.model.time.ExecutionTime;
import com.github.kagkarlsson.shaded.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.jobs.Cron;

/** With the parser that db-scheduler carries. */
@Component(service = Cron.class)
public final class UnixCron implements Cron {
    private static final int LONGEST = 100;
    private static final int LONGEST_MESSAGE = 200;

    private record Times(ExecutionTime times, ZoneId zone) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
        }
    }

    @Override
    public Schedule schedule(String expression, String zone) {
        if (expression.length() > LONGEST || expression.strip().split("\\s+").length != 5) {
            throw new IllegalArgumentException(
                    "must have five fields: minute, hour, day of month, month, day of week, such as 0 3 * * 1-5");
        }
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            Schedule schedule = new Times(ExecutionTime.forCron(parser.parse(expression.strip())), zone(zone));
            if (schedule.next(Instant.EPOCH).isEmpty()) {
                throw new IllegalArgumentException("is never due");
            }
            return schedule;
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            boolean tooLong = message.length() > LONGEST_MESSAGE;
            throw new IllegalArgumentException(tooLong ? message.substring(0, LONGEST_MESSAGE) : message, e);
        }
    }

    @Override
    public ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be a time zone such as Europe/Berlin or UTC", e);
        }
    }
}
