package org.platformforge.kernel.http.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.shell.OperatorCommand;

@Service
@Command(scope = "forge", name = "modules", description = "Lists the installed modules and their generations")
public final class ModulesCommand extends OperatorCommand {
    @Reference
    private ModuleManager modules;

    @Override
    protected void run() {
        List<ModuleManager.Module> list = modules.list();
        ShellTable table = new ShellTable();
        table.column("Bundle").alignRight();
        table.column("Module");
        table.column("Version");
        table.column("Generation").alignRight();
        table.column("State");
        table.column("Routes").alignRight();
        table.column("In flight").alignRight();
        table.column("Problem");
        for (ModuleManager.Module module : list) {
            table.addRow()
                    .addContent(
                            module.bundleId(),
                            module.symbolicName(),
                            module.version(),
                            module.generation(),
                            module.state(),
                            module.routes(),
                            module.inFlight(),
                            module.problem());
        }
        print(list, table);
    }
}
