package org.platformforge.provisioning.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.kernel.shell.ShellJson;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.rest.WireMapper;

@Service
@Command(scope = "provision", name = "logs", description = "Prints the log of a provision")
public class ProvisionLogsCommand extends TenantCommand {
    @Argument(name = "id", description = "The provision", required = true)
    @Completion(ProvisionIdCompleter.class)
    private String id;

    @Option(name = "--after", description = "Only lines after this number")
    private long after;

    @Option(name = "--limit", description = "How many lines, at most 1000")
    private int limit = 1000;

    @Reference
    private ProvisionService provisions;

    @Override
    protected void run() {
        List<LogLine> lines = provisions.logs(caller(), id, after, limit);
        if (wantsJson()) {
            out().println(ShellJson.text(WireMapper.logs(id, after, lines)));
        } else {
            lines.forEach(line ->
                    out().println(line.at() + " " + (line.step() == null ? "" : line.step() + ": ") + line.text()));
        }
    }
}
