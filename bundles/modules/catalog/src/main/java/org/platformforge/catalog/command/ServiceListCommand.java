package org.platformforge.catalog.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.catalog.domain.ServiceSearch;
import org.platformforge.catalog.rest.ServiceViews.ServiceSummary;
import org.platformforge.catalog.rest.WireMapper;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@RunsReadOnly
@Command(scope = "catalog", name = "service-list", description = "Lists the services of a tenant")
public class ServiceListCommand extends TenantCommand {
    @Option(name = "--environment", description = "Only what is deployed there")
    private String environment;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private ServiceSearch search;

    @Override
    protected void run() {
        List<ServiceSummary> services = search.find(
                        caller(), ServiceSearch.Query.ALL.in(environment), PageRequest.first(limit))
                .page()
                .map(WireMapper::summary)
                .items();
        ShellTable table =
                table("No services", "Id", "Name", "Status", "Version", "Environment", "Health", "Instances");
        services.forEach(service -> table.addRow()
                .addContent(
                        service.id(),
                        service.name(),
                        service.status(),
                        service.version() == null ? "" : service.version(),
                        service.environment() == null ? "" : service.environment(),
                        service.healthScore() == null ? "" : service.healthScore(),
                        service.instances()));
        print(services, table);
    }
}
