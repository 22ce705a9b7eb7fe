package org.platformforge.pipelines.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.pipelines.domain.RunService;
import org.platformforge.pipelines.rest.PipelineViews.RunView;
import org.platformforge.pipelines.rest.WireMapper;

@Service
@RunsReadOnly
@Command(scope = "pipeline", name = "runs", description = "Lists the runs of a pipeline, newest first")
public class PipelineRunsCommand extends TenantCommand {
    @Argument(name = "pipeline", description = "The pipeline", required = true)
    @Completion(PipelineIdCompleter.class)
    private String pipeline;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private RunService runs;

    @Override
    protected void run() {
        List<RunView> found = runs.list(caller(), pipeline, PageRequest.first(limit))
                .map(WireMapper::run)
                .items();
        ShellTable table =
                table("No runs", "Number", "Id", "Status", "Trigger", "Branch", "Commit", "Error", "Created");
        found.forEach(run -> table.addRow()
                .addContent(
                        run.number(),
                        run.id(),
                        run.status(),
                        run.trigger(),
                        run.branch() == null ? "" : run.branch(),
                        run.commit() == null ? "" : run.commit(),
                        run.error() == null ? "" : run.error().code(),
                        run.createdAt()));
        print(found, table);
    }
}
