package org.platformforge.infrastructure.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.infrastructure.health.HealthService;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.RunsReadOnly;

/** {@code infra:health} */
@Service
@RunsReadOnly
@Command(scope = "infra", name = "health", description = "Shows how the components of the infrastructure are")
public class InfraHealthCommand extends OperatorCommand {
    @Reference
    private HealthService health;

    @Override
    protected void run() {
        HealthService.Report report = health.report();
        ShellTable table = table("No components", "Component", "Status", "Why");
        report.components()
                .forEach((name, one) ->
                        table.addRow().addContent(name, one.status().wire(), one.message()));
        print(report, table);
    }
}
