package org.platformforge.pipelines.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.pipelines.domain.PipelineService;
import org.platformforge.pipelines.rest.PipelineViews.PipelineView;
import org.platformforge.pipelines.rest.WireMapper;

@Service
@RunsReadOnly
@Command(scope = "pipeline", name = "list", description = "Lists the pipelines of a tenant")
public class PipelineListCommand extends TenantCommand {
    @Option(name = "--service", description = "Only those of this service")
    private String service;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private PipelineService pipelines;

    @Override
    protected void run() {
        List<PipelineView> found = pipelines
                .list(caller(), service, PageRequest.first(limit))
                .map(WireMapper::pipeline)
                .items();
        ShellTable table = table("No pipelines", "Id", "Service", "Repository", "Environments", "Status", "Last run");
        found.forEach(pipeline -> table.addRow()
                .addContent(
                        pipeline.id(),
                        pipeline.serviceName(),
                        pipeline.repository(),
                        String.join(", ", pipeline.environments()),
                        pipeline.status(),
                        pipeline.lastRun() == null ? "" : pipeline.lastRun().id()));
        print(found, table);
    }
}
