package org.platformforge.kernel.http.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.module.ModuleManager;

@Service
@Command(
        scope = "forge",
        name = "module-uninstall",
        description = "Removes a module that was added with forge:module-install; its data stays")
public final class ModuleUninstallCommand extends ModuleAction {
    @Argument(name = "module", description = "The module's name, as forge:modules shows it", required = true)
    @Completion(ModuleCompleter.class)
    private String module;

    @Override
    Object run() {
        return modules.remove(module);
    }

    @Override
    String sentence(Object done) {
        ModuleManager.Module removed = (ModuleManager.Module) done;
        return removed.symbolicName() + " " + removed.version() + " was removed";
    }
}
