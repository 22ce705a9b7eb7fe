package org.platformforge.catalog.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.catalog.domain.DeployService;
import org.platformforge.catalog.rest.ServiceViews.ReleaseView;
import org.platformforge.catalog.rest.WireMapper;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@Command(scope = "catalog", name = "service-rollback", description = "Brings an earlier release of a service back")
public class ServiceRollbackCommand extends TenantCommand {
    @Argument(name = "service", description = "The service", required = true)
    @Completion(ServiceIdCompleter.class)
    private String service;

    @Argument(index = 1, name = "environment", description = "Where", required = true)
    private String environment;

    @Option(name = "--release", description = "Its number; the one before the current one unless said")
    private Integer number;

    @Reference
    private DeployService deploys;

    @Override
    protected void run() {
        ReleaseView release = WireMapper.begun(deploys.rollback(caller(), service, environment, number));
        print(
                release,
                "Release " + release.release() + " repeats release " + release.rollbackOf() + ", operation "
                        + release.operationId());
    }
}
