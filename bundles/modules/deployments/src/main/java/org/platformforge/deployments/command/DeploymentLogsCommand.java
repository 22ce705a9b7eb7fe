package org.platformforge.deployments.command;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.Deployments;
import org.platformforge.deployments.domain.LogKeeper;
import org.platformforge.deployments.rest.WireMapper;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@RunsReadOnly
@Command(scope = "deployment", name = "logs", description = "Prints the log of a deployment, also of a deleted one")
public class DeploymentLogsCommand extends TenantCommand {
    private static final int MOST = 10_000;

    @Argument(name = "deployment", description = "Its id", required = true)
    @Completion(DeploymentIdCompleter.class)
    private String id;

    @Option(name = "--tail", description = "How many of the last lines")
    private int tail = 200;

    @Reference
    private Deployments deployments;

    @Reference
    private LogKeeper logs;

    @Override
    protected void run() {
        Deployment deployment = deployments.current(caller(), id);
        logs.collect(deployment);
        List<String> lines = logs.tail(deployment, Math.max(1, Math.min(MOST, tail))).stream()
                .map(WireMapper::line)
                .toList();
        print(lines, lines.stream().collect(Collectors.joining("\n")));
    }
}
