package org.platformforge.catalog.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.catalog.domain.DeployService;
import org.platformforge.catalog.rest.ServiceViews.ReleaseView;
import org.platformforge.catalog.rest.WireMapper;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@RunsReadOnly
@Command(scope = "catalog", name = "service-releases", description = "Lists the releases of a service, newest first")
public class ServiceReleasesCommand extends TenantCommand {
    @Argument(name = "service", description = "The service", required = true)
    @Completion(ServiceIdCompleter.class)
    private String service;

    @Option(name = "--environment", description = "Only those of this environment")
    private String environment;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private DeployService deploys;

    @Override
    protected void run() {
        List<Release> found = deploys.releases(caller(), service, environment, PageRequest.first(limit))
                .items();
        List<ReleaseView> releases = WireMapper.releases(found, deploys.returnable(caller(), found));
        ShellTable table = table("No releases", "Release", "Environment", "Version", "Status", "Error", "Created");
        releases.forEach(release -> table.addRow()
                .addContent(
                        release.release(),
                        release.environment(),
                        release.version(),
                        release.status(),
                        release.error() == null ? "" : release.error().message(),
                        release.createdAt()));
        print(releases, table);
    }
}
