package org.platformforge.observability.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.observability.logging.LoggerLevels;

/** {@code forge:loggers} */
@Service
@Command(scope = "forge", name = "loggers", description = "Lists the loggers with a level of their own")
public final class LoggerListCommand extends OperatorCommand {
    @Reference
    private LoggerLevels levels;

    @Override
    protected void run() {
        List<LoggerLevels.Level> list = levels.list();
        ShellTable table = table("No logger has a level of its own", "Logger", "Level", "Configured", "Until");
        list.forEach(one -> table.addRow()
                .addContent(
                        one.name(),
                        one.level(),
                        one.configured() == null ? "inherited" : one.configured(),
                        one.until() == null ? (one.changed() ? "next start" : "") : one.until()));
        print(list, table);
    }
}
