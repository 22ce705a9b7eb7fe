package org.platformforge.pipelines.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.pipelines.domain.RunService;
import org.platformforge.pipelines.rest.PipelineViews.RunView;
import org.platformforge.pipelines.rest.WireMapper;

@Service
@Command(scope = "pipeline", name = "cancel", description = "Asks for the end of a run")
public class PipelineCancelCommand extends TenantCommand {
    @Argument(name = "run", description = "The run", required = true)
    @Completion(RunIdCompleter.class)
    private String id;

    @Reference
    private RunService runs;

    @Override
    protected void run() {
        RunView run = WireMapper.run(runs.cancel(caller(), id));
        print(run, "Run " + run.id() + " is asked to end; it is " + run.status());
    }
}
