package org.platformforge.pipelines.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.pipelines.domain.RunService;
import org.platformforge.pipelines.rest.PipelineViews.RunView;
import org.platformforge.pipelines.rest.WireMapper;

@Service
@Command(
        scope = "pipeline",
        name = "approve",
        description = "Lets the deployment of a run that waits go on, or refuses it")
public class PipelineApproveCommand extends TenantCommand {
    @Argument(name = "run", description = "The run", required = true)
    @Completion(RunIdCompleter.class)
    private String id;

    @Option(name = "--comment", description = "Why")
    private String comment;

    @Option(name = "--reject", description = "Refuses it; the run ends")
    private boolean reject;

    @Reference
    private RunService runs;

    @Override
    protected void run() {
        RunView run = WireMapper.run(runs.decide(caller(), id, null, !reject, comment));
        print(run, "Run " + run.id() + " is " + run.status());
    }
}
