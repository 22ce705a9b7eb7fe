package org.platformforge.pipelines.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.pipelines.domain.RunService;
import org.platformforge.pipelines.rest.PipelineViews.RunView;
import org.platformforge.pipelines.rest.WireMapper;

@Service
@RunsReadOnly
@Command(scope = "pipeline", name = "show", description = "Shows the stages of a run")
public class PipelineShowCommand extends TenantCommand {
    @Argument(name = "run", description = "The run", required = true)
    @Completion(RunIdCompleter.class)
    private String id;

    @Reference
    private RunService runs;

    @Override
    protected void run() {
        RunView run = WireMapper.run(runs.whole(caller(), id));
        ShellTable table = table("No stages", "Stage", "Type", "Status", "Seconds", "Artifact", "Tests", "Error");
        run.stages()
                .forEach(stage -> table.addRow()
                        .addContent(
                                stage.name(),
                                stage.type(),
                                stage.status(),
                                stage.durationSeconds() == null ? "" : stage.durationSeconds(),
                                stage.artifact() == null ? "" : stage.artifact().digest(),
                                stage.tests() == null
                                        ? ""
                                        : stage.tests().passed() + " of "
                                                + stage.tests().tests(),
                                stage.error() == null ? "" : stage.error().message()));
        print(run, table);
    }
}
