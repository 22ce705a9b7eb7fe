package org.platformforge.deployments.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.deployments.domain.Deployments;
import org.platformforge.deployments.rest.Views.DeploymentView;
import org.platformforge.deployments.rest.WireMapper;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@RunsReadOnly
@Command(scope = "deployment", name = "list", description = "Lists the deployments of a tenant, newest first")
public class DeploymentListCommand extends TenantCommand {
    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private Deployments deployments;

    @Override
    protected void run() {
        List<DeploymentView> found = deployments
                .list(caller(), null, PageRequest.first(limit))
                .map(WireMapper::deployment)
                .items();
        ShellTable table = table("No deployments", "Id", "Name", "Framework", "Status", "Engine", "URL", "Created");
        found.forEach(one -> table.addRow()
                .addContent(
                        one.id(),
                        one.name(),
                        one.framework(),
                        one.status(),
                        one.engine() == null ? "" : one.engine(),
                        one.accessUrl() == null ? "" : one.accessUrl(),
                        one.createdAt()));
        print(found, table);
    }
}
