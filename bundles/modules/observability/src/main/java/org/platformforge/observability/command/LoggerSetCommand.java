package org.platformforge.observability.command;

import java.time.Duration;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.observability.logging.LoggerLevels;

/** {@code forge:logger-set} */
@Service
@Command(
        scope = "forge",
        name = "logger-set",
        description = "Changes the level of a logger for a time or until the next start; audited")
public final class LoggerSetCommand extends OperatorCommand {
    @Argument(name = "name", description = "Such as org.platformforge.gateway, or ROOT", required = true)
    private String name;

    @Argument(
            index = 1,
            name = "level",
            description = "off, error, warn, info, debug or trace; default brings back the configured one",
            required = true)
    @Completion(
            value = StringsCompleter.class,
            values = {"off", "error", "warn", "info", "debug", "trace", "default"})
    private String level;

    @Option(name = "--for", description = "Minutes after which the configured level is back")
    private Integer minutes;

    @Reference
    private LoggerLevels levels;

    @Override
    protected void run() {
        Duration time = minutes == null ? null : Duration.ofMinutes(minutes);
        LoggerLevels.Level now = level.equalsIgnoreCase("default")
                ? levels.reset(caller(), name)
                : levels.set(caller(), name, level, time);
        print(now, now.name() + " is at " + now.level());
    }
}
