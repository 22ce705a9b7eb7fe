package org.platformforge.deployments.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.Lifecycle;
import org.platformforge.deployments.domain.Waiter;
import org.platformforge.deployments.rest.Views.DeploymentView;
import org.platformforge.deployments.rest.WireMapper;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@Command(scope = "deployment", name = "delete", description = "Takes a deployment away for good; its log stays")
public class DeploymentDeleteCommand extends TenantCommand {
    @Argument(name = "deployment", description = "Its id", required = true)
    @Completion(DeploymentIdCompleter.class)
    private String id;

    @Reference
    private Lifecycle lifecycle;

    @Reference
    private Waiter waiter;

    @Override
    protected void run() throws InterruptedException {
        Deployment now = waiter.await(lifecycle.delete(caller(), id), () -> false);
        DeploymentView view = WireMapper.deployment(now);
        print(view, now.work().busy() ? "Deployment " + id + " is being deleted" : "Deployment " + id + " is deleted");
    }
}
