package org.platformforge.pipelines.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.ShellJson;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.pipelines.domain.RunLog;

@Service
@RunsReadOnly
@Command(scope = "pipeline", name = "logs", description = "Prints the log of a run")
public class PipelineLogsCommand extends TenantCommand {
    @Argument(name = "run", description = "The run", required = true)
    @Completion(RunIdCompleter.class)
    private String id;

    @Option(name = "--stage", description = "Only lines of this stage")
    private String stage;

    @Option(name = "--after", description = "Only lines after this number")
    private long after;

    @Option(name = "--limit", description = "How many lines, at most 1000")
    private int limit = 1000;

    @Reference
    private RunLog log;

    @Override
    protected void run() {
        RunLog.Part part = log.after(caller(), id, after, Math.max(1, Math.min(1000, limit)), stage);
        if (wantsJson()) {
            out().println(ShellJson.text(part.lines()));
        } else {
            part.lines()
                    .forEach(line -> out().println(
                                    line.at() + " " + (line.stage() == null ? "" : line.stage() + ": ") + line.text()));
        }
    }
}
