package org.platformforge.provisioning.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceService;
import org.platformforge.provisioning.rest.WireMapper;
import org.platformforge.provisioning.store.ResourceRepository.Filter;

@Service
@Command(scope = "resource", name = "list", description = "Lists the resources of a tenant, newest first")
public class ResourceListCommand extends TenantCommand {
    @Option(name = "--environment", description = "Only this environment")
    private String environment;

    @Option(name = "--service", description = "Only of this service")
    private String service;

    @Option(name = "--type", description = "Only of this type, such as application")
    private String type;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private ResourceService resources;

    @Override
    protected void run() {
        Filter filter = new Filter(environment, service, type, null, null);
        List<Resource> found =
                resources.list(caller(), filter, PageRequest.first(limit)).items();
        ShellTable table =
                table("No resources", "Id", "Type", "Engine", "Service", "Environment", "Status", "Error", "Created");
        found.forEach(resource -> table.addRow()
                .addContent(
                        resource.id(),
                        resource.type(),
                        resource.engine(),
                        resource.service(),
                        resource.environment(),
                        resource.status().wire(),
                        resource.error() == null ? "" : resource.error().message(),
                        resource.createdAt()));
        print(found.stream().map(WireMapper::summary).toList(), table);
    }
}
