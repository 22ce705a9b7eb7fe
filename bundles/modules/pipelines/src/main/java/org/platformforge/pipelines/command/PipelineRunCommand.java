package org.platformforge.pipelines.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.pipelines.domain.RunService;
import org.platformforge.pipelines.domain.RunService.Order;
import org.platformforge.pipelines.rest.PipelineViews.RunView;
import org.platformforge.pipelines.rest.WireMapper;

@Service
@Command(scope = "pipeline", name = "run", description = "Starts a run of a pipeline")
public class PipelineRunCommand extends TenantCommand {
    @Argument(name = "pipeline", description = "The pipeline", required = true)
    @Completion(PipelineIdCompleter.class)
    private String pipeline;

    @Option(name = "--branch", description = "A branch, tag or commit")
    private String branch;

    @Option(name = "--environment", description = "The last one it deploys to; all unless said")
    private String environment;

    @Option(name = "--skip-tests", description = "Leaves the stages of type test out")
    private boolean skipTests;

    @Option(name = "--deploy-immediately", description = "Approves all deployments of the run")
    private boolean immediately;

    @Reference
    private RunService runs;

    @Override
    protected void run() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (skipTests) {
            parameters.put("skip_tests", true);
        }
        if (immediately) {
            parameters.put("deploy_immediately", true);
        }
        RunView run = WireMapper.run(runs.start(caller(), pipeline, new Order(branch, environment, parameters)));
        print(run, "Run " + run.id() + ", number " + run.number() + ", is " + run.status());
    }
}
