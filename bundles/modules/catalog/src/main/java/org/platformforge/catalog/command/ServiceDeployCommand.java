package org.platformforge.catalog.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.catalog.domain.DeployService;
import org.platformforge.catalog.domain.DeployService.Order;
import org.platformforge.catalog.rest.ServiceViews.ReleaseView;
import org.platformforge.catalog.rest.WireMapper;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@Command(scope = "catalog", name = "service-deploy", description = "Rolls a release of a service out")
public class ServiceDeployCommand extends TenantCommand {
    @Argument(name = "service", description = "The service", required = true)
    @Completion(ServiceIdCompleter.class)
    private String service;

    @Argument(index = 1, name = "environment", description = "Where to", required = true)
    private String environment;

    @Argument(index = 2, name = "version", description = "A tag, branch or commit")
    private String version;

    @Option(name = "--replicas", description = "How many instances; as many as there are unless said")
    private Integer replicas;

    @Option(name = "--strategy", description = "rolling, blue_green or canary")
    private String strategy;

    @Option(name = "--freeze-override", description = "Why it is to be deployed although the environment is frozen")
    private String freezeOverride;

    @Reference
    private DeployService deploys;

    @Override
    protected void run() {
        Order order =
                new Order(environment, version, replicas, null, null, strategy, null, null, null, null, freezeOverride);
        ReleaseView release = WireMapper.begun(deploys.deploy(caller(), service, order));
        print(release, "Release " + release.release() + " is being rolled out, operation " + release.operationId());
    }
}
