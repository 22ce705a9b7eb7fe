package org.platformforge.provisioning.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionView;
import org.platformforge.provisioning.rest.WireMapper;

@Service
@Command(scope = "provision", name = "show", description = "Shows a provision, its outputs and its steps")
public class ProvisionShowCommand extends TenantCommand {
    @Argument(name = "id", description = "The provision", required = true)
    @Completion(ProvisionIdCompleter.class)
    private String id;

    @Reference
    private ProvisionService provisions;

    @Override
    protected void run() {
        ProvisionView view = WireMapper.provision(provisions.get(caller(), id));
        if (!wantsJson()) {
            heading(view);
        }
        ShellTable table = table("No steps", "Step", "Status", "Engine", "Attempts", "ms", "Message");
        view.steps()
                .forEach(step -> table.addRow()
                        .addContent(
                                step.name(),
                                step.status(),
                                step.engine(),
                                step.attempts(),
                                step.durationMs(),
                                step.message()));
        print(view, table);
    }

    private void heading(ProvisionView view) {
        out().println(view.template() + " " + view.service() + " in " + view.environment() + ": " + view.status());
        if (view.error() != null) {
            out().println(view.error().code() + ": " + view.error().message());
        }
        view.resources().forEach((name, value) -> out().println(name + " = " + value));
    }
}
