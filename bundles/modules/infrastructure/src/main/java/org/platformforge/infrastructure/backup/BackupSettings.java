package org.platformforge.infrastructure.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.kernel.api.jobs.Cron;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings in force; a change restarts nothing. Thread-safe. */
@Component(service = BackupSettings.class, configurationPid = BackupConfig.PID)
@Designate(ocd = BackupConfig.class)
public final class BackupSettings {
    private static final Logger LOG = LoggerFactory.getLogger(BackupSettings.class);
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private static final long LEAST_SPACE = 16;

    private final Cron cron;
    private volatile BackupConfig config;

    @Activate
    public BackupSettings(@Reference Cron cron, BackupConfig config) {
        this.cron = cron;
        this.config = config;
    }

    @Modified
    void modified(BackupConfig changed) {
        config = changed;
    }

    Path folder() {
        return path(config.folder(), "backups");
    }

    Path restoreFolder() {
        return path(config.restore_folder(), "restored");
    }

    private static Path path(String configured, String inData) {
        if (!configured.isBlank() && !configured.contains("${")) {
            return Path.of(configured.strip()).toAbsolutePath().normalize();
        }
        return Path.of(System.getProperty("forge.data", "data"), inData)
                .toAbsolutePath()
                .normalize();
    }

    Optional<Path> copyFolder() {
        return config.copy_folder().isBlank() ? Optional.empty() : Optional.of(path(config.copy_folder(), ""));
    }

    /** Empty for never. */
    Optional<Duration> interval() {
        return duration("interval", config.interval());
    }

    /** Empty where none is given, and where what is given is none. */
    Optional<Cron.Schedule> schedule() {
        if (config.cron().isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(cron.schedule(config.cron(), config.cron_zone()));
        } catch (IllegalArgumentException e) {
            LOG.error("cron of {} cannot be read: {}", BackupConfig.PID, e.getMessage());
            return Optional.empty();
        }
    }

    Optional<Duration> drillInterval() {
        return duration("drill.interval", config.drill_interval());
    }

    private static Optional<Duration> duration(String key, String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            Duration duration = Duration.parse(text.strip());
            return Optional.of(duration.compareTo(SHORTEST) < 0 ? SHORTEST : duration);
        } catch (DateTimeParseException e) {
            LOG.error("{} of {} is no ISO 8601 duration such as P1D or PT6H: {}", key, BackupConfig.PID, text);
            return Optional.empty();
        }
    }

    int keepCount() {
        return Math.max(0, config.keep_count());
    }

    int keepDays() {
        return Math.max(0, config.keep_days());
    }

    boolean pointInTime() {
        return config.point_in_time();
    }

    /** In bytes. */
    long pointInTimeSpace() {
        return Math.max(LEAST_SPACE, config.point_in_time_space()) << 20;
    }

    PostgresTools tools() {
        return new PostgresTools(config.postgresql_bin());
    }
}
