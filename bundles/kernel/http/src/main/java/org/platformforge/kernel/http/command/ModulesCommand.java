package org.platformforge.kernel.http.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.module.ModuleManager;

@Service
@Command(scope = "forge", name = "modules", description = "Lists the installed modules and their generations")
public final class ModulesCommand implements Action {
    @Reference
    private ModuleManager modules;

    @Option(name = "--json", description = "Print JSON")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        List<ModuleManager.Module> list = modules.list();
        if (json) {
            System.out.println(Json.of(list));
            return null;
        }
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
        table.print(System.out);
        return null;
    }
}
