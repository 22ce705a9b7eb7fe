package org.platformforge.kernel.http.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.http.health.Readiness;
import org.platformforge.kernel.http.health.Traffic;

@Service
@Command(
        scope = "forge",
        name = "status",
        description = "Shows whether the platform is ready, and what it has answered")
public final class StatusCommand implements Action {
    @Reference
    private Readiness readiness;

    @Reference
    private Traffic traffic;

    @Option(name = "--json", description = "Print JSON")
    private boolean json;

    record Status(boolean ready, List<Readiness.State> checks, List<Traffic.ModuleTraffic> traffic) {}

    @Override
    public Object execute() throws Exception {
        List<Readiness.State> states = readiness.states();
        boolean ready = states.stream().noneMatch(state -> state.status() == HealthCheck.Status.UNHEALTHY);
        if (json) {
            System.out.println(Json.of(new Status(ready, states, traffic.byModule())));
            return null;
        }
        System.out.println(ready ? "Platform Forge is ready" : "Platform Forge is not ready");
        ShellTable checks = new ShellTable();
        checks.column("Part");
        checks.column("Status");
        checks.column("Message");
        states.forEach(state -> checks.addRow().addContent(state.name(), state.status(), state.message()));
        checks.print(System.out);
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
        answered.print(System.out);
        return null;
    }
}
