package org.platformforge.kernel.http.command;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.module.ModuleManager;

@Service
@Command(
        scope = "forge",
        name = "module-uninstall",
        description = "Takes a module away for good; refused while something needs it. Its data stays")
public final class ModuleUninstallCommand extends ModuleAction {
    @Argument(name = "module", description = "The module's name, as forge:modules shows it", required = true)
    @Completion(ModuleCompleter.class)
    private String module;

    @Option(
            name = "--force",
            description = "Take it away although it is needed; what needs it works again when it is back")
    private boolean force;

    @Override
    protected void run() {
        List<ModuleManager.Module> removed = modules.remove(caller(), module, force);
        print(
                removed,
                removed.stream()
                        .map(gone -> gone.symbolicName() + " " + gone.version() + " was removed")
                        .collect(Collectors.joining("\n")));
    }
}
