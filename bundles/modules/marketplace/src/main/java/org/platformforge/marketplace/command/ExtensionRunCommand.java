package org.platformforge.marketplace.command;

import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.ExtensionUse;
import org.platformforge.marketplace.domain.InstallationReader;

@Service
@Command(scope = "extension", name = "run", description = "Runs a command that an extension brings")
public class ExtensionRunCommand extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The installed extension, publisher.name", required = true)
    @Completion(InstalledIdCompleter.class)
    private String id;

    @Argument(index = 1, name = "command", description = "The command; without one they are listed")
    private String command;

    @Argument(index = 2, name = "arguments", description = "What the command gets", multiValued = true)
    private List<String> arguments = List.of();

    @Reference
    private InstallationReader installations;

    @Reference
    private ExtensionUse use;

    @Override
    protected void run() {
        if (command != null) {
            out().println(use.run(caller(), id, command, arguments));
            return;
        }
        Map<String, String> commands = installations.detail(caller(), id).commands();
        ShellTable table = table("The extension has no commands", "Command", "Description");
        commands.forEach((name, description) -> table.addRow().addContent(name, description));
        print(commands, table);
    }
}
