package org.platformforge.marketplace.command;

import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.rest.Views.CanaryView;
import org.platformforge.marketplace.rest.Views.ExtensionDetail;
import org.platformforge.marketplace.rest.Views.ExtensionView;
import org.platformforge.marketplace.rest.Views.FiguresView;
import org.platformforge.marketplace.rest.Views.InstallationDetail;
import org.platformforge.marketplace.rest.Views.InstallationView;
import org.platformforge.marketplace.rest.Views.ProcessView;
import org.platformforge.marketplace.rest.Views.RuntimeView;
import org.platformforge.marketplace.rest.WireMapper;

@Service
@RunsReadOnly
@Command(
        scope = "extension",
        name = "info",
        description = "Shows an extension of the catalogue, its versions and advisories")
public class ExtensionInfoCommand extends TenantCommand {
    @Argument(name = "id", description = "The extension, publisher.name", required = true)
    @Completion(ExtensionIdCompleter.class)
    private String id;

    @Reference
    private CatalogueService catalogue;

    @Reference
    private InstallationReader installations;

    /** @param installation of the tenant, null without one */
    private record Info(ExtensionDetail catalogue, InstallationDetail installation) {}

    private static String where(RuntimeView runtime) {
        ProcessView process = runtime.process();
        return process == null
                ? "T1: the platform's process"
                : "T2: " + String.join("; ", runtime.walls()) + "\nProcess: " + process.state()
                        + (process.memoryBytes() == null ? "" : ", " + (process.memoryBytes() >> 20) + " MiB")
                        + ", " + process.restarts() + " restarts"
                        + (process.lastError() == null ? "" : "; last end: " + process.lastError());
    }

    @Override
    protected void run() {
        ExtensionDetail view = WireMapper.detail(catalogue.get(caller(), id));
        InstallationDetail installed = installations.find(caller(), id).isPresent()
                ? WireMapper.detail(installations.detail(caller(), id))
                : null;
        if (!wantsJson()) {
            describe(view);
            if (installed != null) {
                describe(installed);
            }
        }
        ShellTable table = table("No versions", "Version", "State", "Compatible", "Signature", "Bytes", "Published");
        view.versions()
                .forEach(version -> table.addRow()
                        .addContent(
                                version.version(),
                                version.state(),
                                version.compatible(),
                                version.signature(),
                                version.sizeBytes(),
                                version.publishedAt() == null ? "" : version.publishedAt()));
        print(new Info(view, installed), table);
    }

    private void describe(ExtensionDetail view) {
        ExtensionView extension = view.extension();
        print(extension.name() + " by " + extension.publisher().name()
                + (extension.publisher().trusted() ? " (trusted)" : " (not trusted)") + ": "
                + extension.description());
        print("Permissions: "
                + (extension.permissions().isEmpty() ? "none" : String.join(", ", extension.permissions())));
        view.advisories()
                .forEach(one ->
                        print(one.severity() + " " + one.affected() + ": " + one.summary() + " (" + one.id() + ")"));
    }

    private void describe(InstallationDetail detail) {
        InstallationView view = detail.installation();
        print("Installed: " + (view.version() == null ? "nothing yet" : view.version()) + ", " + view.state()
                + (view.pinned() ? ", pinned" : "")
                + (view.autoPatch() ? ", patched by itself" : "")
                + (view.problem() == null ? "" : ", not served: " + view.problem()));
        if (detail.availableVersion() != null) {
            print("Available: " + detail.availableVersion());
        }
        if (view.error() != null) {
            print("Last operation: " + view.error().message());
        }
        if (view.runtime() != null) {
            print("Runs in " + where(view.runtime()));
        }
        view.warnings().forEach(one -> print("Warning: " + one.message()));
        if (view.canary() != null) {
            view.canary().figures().forEach(one -> print(line(view.canary(), one)));
        }
    }

    private static String line(CanaryView canary, FiguresView figures) {
        double share = canary.sharePercent() == null ? 0 : canary.sharePercent();
        String who = figures.version().equals(canary.version())
                ? "Canary (" + canary.percent() + " % of callers, " + share + " % of requests)"
                : "Beside it";
        return String.format(
                Locale.ROOT,
                "%s %s: %d calls, %d errors, %.1f ms",
                who,
                figures.version(),
                figures.calls(),
                figures.errors(),
                figures.meanMs());
    }
}
