package org.platformforge.provisioning.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.rest.WireMapper;

@Service
@Command(scope = "provision", name = "cancel", description = "Stops a provision that runs; what it made is removed")
public class ProvisionCancelCommand extends TenantCommand {
    @Argument(name = "id", description = "The provision", required = true)
    @Completion(ProvisionIdCompleter.class)
    private String id;

    @Option(name = "--dry-run", description = "Only show what would be stopped")
    private boolean dryRun;

    @Reference
    private ProvisionService provisions;

    @Override
    protected void run() {
        ProvisionService.Detail detail = dryRun ? provisions.get(caller(), id) : provisions.cancel(caller(), id);
        print(
                WireMapper.provision(detail),
                id + " is " + detail.provision().status().wire());
    }
}
