package org.platformforge.kernel.http.command;

import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.platformforge.kernel.api.module.ModuleManager;

@Service
@Command(scope = "forge", name = "module-install", description = "Adds a module that the platform does not have yet")
public final class ModuleInstallCommand extends ModuleAction {
    @Argument(
            name = "file",
            description = "The module's JAR: a file, or a URL such as file:, https: or mvn:",
            required = true)
    @Completion(ModuleFileCompleter.class)
    private String source;

    @Override
    protected void run() throws IOException, CommandException {
        ModuleManager.Module module = modules.install(caller(), open(source));
        print(
                module,
                module.symbolicName() + " " + module.version() + " serves " + module.routes() + " routes (bundle "
                        + module.bundleId() + ")");
    }
}
