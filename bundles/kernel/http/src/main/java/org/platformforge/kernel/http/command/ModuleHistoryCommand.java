package org.platformforge.kernel.http.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.http.module.ModuleHistory;
import org.platformforge.kernel.http.module.ModuleHistory.Change;
import org.platformforge.kernel.shell.OperatorCommand;

/** {@code forge:module-history} */
@Service
@Command(
        scope = "forge",
        name = "module-history",
        description = "Lists what was done to modules, and what their clients saw of it")
public final class ModuleHistoryCommand extends OperatorCommand {
    private static final int MOST = 1000;

    @Argument(name = "module", description = "Symbolic name; all modules when left out")
    @Completion(ModuleCompleter.class)
    private String module;

    @Option(name = "--limit", description = "How many, the newest first")
    private int limit = 50;

    @Reference
    private ModuleHistory history;

    @Override
    protected void run() {
        if (limit < 1 || limit > MOST) {
            throw PlatformException.invalid("--limit", "must be 1 to " + MOST);
        }
        List<Change> changes = history.newest(module, limit);
        ShellTable table = table(
                "Nothing was done to modules",
                "When",
                "Module",
                "Action",
                "From",
                "To",
                "By",
                "Ready",
                "Requests",
                "Failed",
                "Result");
        for (Change change : changes) {
            table.addRow()
                    .addContent(
                            change.at(),
                            change.module(),
                            change.action(),
                            shown(change.from()),
                            shown(change.to()),
                            change.actor(),
                            change.readyMillis() == null ? "" : change.readyMillis() + " ms",
                            shown(change.requests()),
                            shown(change.failedRequests()),
                            change.reason() == null ? change.result() : change.result() + ": " + change.reason());
        }
        print(changes, table);
    }

    private static Object shown(Object value) {
        return value == null ? "" : value;
    }
}
