package org.platformforge.provisioning.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.ShellJson;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.EngineSweep;
import org.platformforge.provisioning.domain.EngineSweep.Report;
import org.platformforge.provisioning.rest.SweepMapper;
import org.platformforge.provisioning.rest.SweepViews.SweepView;

@Service
@Command(
        scope = "resource",
        name = "sweep",
        description =
                "Compares what engines hold with what records name, of all tenants, and removes what no record knows")
public class ResourceSweepCommand extends TenantCommand {
    @Option(name = "--dry-run", description = "Only show what is found")
    private boolean dryRun;

    @Reference
    private EngineSweep sweep;

    @Override
    protected void run() throws InterruptedException {
        Report report = sweep.look();
        SweepView view = SweepMapper.sweep(report, dryRun ? null : sweep.remove(caller(), report));
        if (wantsJson()) {
            out().println(ShellJson.text(view));
            return;
        }
        view.silent().forEach(engine -> out().println(engine.engine() + ": " + engine.reason()));
        ShellTable table =
                table("Engines and records agree", "Found", "Resource", "Engine", "Tenant", "Provision", "What");
        view.orphans()
                .forEach(orphan -> table.addRow()
                        .addContent(
                                removed(view, orphan.resourceId()) ? "orphan, removed" : "orphan",
                                orphan.resourceId(),
                                orphan.engine(),
                                text(orphan.tenantId()),
                                text(orphan.provisionId()),
                                orphan.description()));
        view.missing()
                .forEach(missing -> table.addRow()
                        .addContent(
                                "missing",
                                missing.resourceId(),
                                missing.engine(),
                                missing.tenantId(),
                                missing.provisionId(),
                                missing.service() + " in " + missing.environment()));
        table.print(out());
        view.removals().stream()
                .filter(removal -> !removal.removed())
                .forEach(removal -> out().println(removal.resourceId() + " is still there: "
                        + removal.error().message()));
    }

    private static boolean removed(SweepView view, String resourceId) {
        return view.removals().stream()
                .anyMatch(removal -> removal.removed() && removal.resourceId().equals(resourceId));
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
