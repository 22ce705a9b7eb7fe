package org.platformforge.catalog.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.catalog.domain.Environment;
import org.platformforge.catalog.domain.EnvironmentService;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@RunsReadOnly
@Command(scope = "catalog", name = "environment-list", description = "Lists the environments of a tenant")
public class EnvironmentListCommand extends TenantCommand {
    @Reference
    private EnvironmentService environments;

    @Override
    protected void run() {
        List<Environment> found = environments.list(caller());
        ShellTable table = table("No environments", "Name", "Type", "Cluster", "CPU limit", "Memory limit");
        found.forEach(environment -> table.addRow()
                .addContent(
                        environment.name(),
                        environment.type(),
                        environment.cluster() == null ? "" : environment.cluster(),
                        environment.cpuLimit() == null ? "" : environment.cpuLimit(),
                        environment.memoryLimit() == null ? "" : environment.memoryLimit()));
        print(found, table);
    }
}
