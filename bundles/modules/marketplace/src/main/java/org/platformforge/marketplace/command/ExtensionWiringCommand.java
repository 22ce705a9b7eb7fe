package org.platformforge.marketplace.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.rest.Views.WiringView;
import org.platformforge.marketplace.rest.WireMapper;

@Service
@RunsReadOnly
@Command(
        scope = "extension",
        name = "wiring",
        description = "Shows the bundles of an installed extension and what they are wired to")
public class ExtensionWiringCommand extends TenantCommand {
    @Argument(name = "id", description = "The installed extension, publisher.name", required = true)
    @Completion(InstalledIdCompleter.class)
    private String id;

    @Reference
    private InstallationReader installations;

    @Override
    protected void run() {
        WiringView view = WireMapper.wiring(installations.wiring(caller(), id));
        ShellTable table = table("No wires", "Bundle or wire");
        view.bundles().forEach(bundle -> table.addRow().addContent(bundle));
        view.wiring().forEach(wire -> table.addRow().addContent("  " + wire));
        print(view, table);
    }
}
