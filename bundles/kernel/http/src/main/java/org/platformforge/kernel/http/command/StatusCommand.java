package org.platformforge.kernel.http.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.http.health.Readiness;
import org.platformforge.kernel.http.health.Traffic;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.ShellJson;

@Service
@Command(
        scope = "forge",
        name = "status",
        description = "Shows whether the platform is ready, and what it has answered")
public final class StatusCommand extends OperatorCommand {
    @Reference
    private Readiness readiness;

    @Reference
    private Traffic traffic;

    record Status(boolean ready, List<Readiness.State> checks, List<Traffic.ModuleTraffic> traffic) {}

    @Override
    protected void run() {
        List<Readiness.State> states = readiness.states();
        boolean ready = states.stream().noneMatch(state -> state.status() == HealthCheck.Status.UNHEALTHY);
        if (wantsJson()) {
            print(ShellJson.text(new Status(ready, states, traffic.byModule())));
            return;
        }
        print(ready ? "Platform Forge is ready" : "Platform Forge is not ready");
        ShellTable checks = new ShellTable();
        checks.column("Part");
        checks.column("Status");
        checks.column("Message");
        states.forEach(state -> checks.addRow().addContent(state.name(), state.status(), state.message()));
        checks.print(out());
        ShellTable answered = new ShellTable();
        answered.column("Module");
        answered.column("Requests").alignRight();
        answered.column("4xx").alignRight();
        answered.column("5xx").alignRight();
        answered.column("Mean ms").alignRight();
        traffic.byModule()
                .forEach(module -> answered.addRow()
                        .addContent(
                                module.name(),
                                module.requests(),
                                module.clientErrors(),
                                module.serverErrors(),
                                module.meanMillis()));
        answered.print(out());
    }
}
