package org.platformforge.marketplace.command;

import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.InstallationService;
import org.platformforge.marketplace.rest.Views.ExtensionDetail;
import org.platformforge.marketplace.rest.Views.InstallationDetail;
import org.platformforge.marketplace.rest.Views.InstallationView;
import org.platformforge.marketplace.rest.WireMapper;

@Service
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
    private InstallationService installations;

    private void installed() {
        InstallationDetail detail = WireMapper.detail(installations.detail(caller(), id));
        InstallationView view = detail.installation();
        out().println("Installed: " + (view.version() == null ? "nothing yet" : view.version()) + ", " + view.state()
                + (view.pinned() ? ", pinned" : "")
                + (view.autoPatch() ? ", patched by itself" : "")
                + (view.problem() == null ? "" : ", not served: " + view.problem()));
        view.warnings().forEach(one -> out().println("Warning: " + one.message()));
        if (view.canary() != null) {
            view.canary()
                    .figures()
                    .forEach(one -> out().printf(
                                    Locale.ROOT,
                                    "%s %s: %d calls, %d errors, %.1f ms%n",
                                    one.version().equals(view.canary().version())
                                            ? "Canary (" + view.canary().percent() + " %)"
                                            : "Beside it",
                                    one.version(),
                                    one.calls(),
                                    one.errors(),
                                    one.meanMs()));
        }
    }

    @Override
    protected void run() {
        ExtensionDetail view = WireMapper.detail(catalogue.get(caller(), id));
        if (!wantsJson()) {
            out().println(view.extension().name() + " by "
                    + view.extension().publisher().name()
                    + (view.extension().publisher().trusted() ? " (trusted)" : " (not trusted)") + ": "
                    + view.extension().description());
            out().println("Permissions: "
                    + (view.extension().permissions().isEmpty()
                            ? "none"
                            : String.join(", ", view.extension().permissions())));
            view.advisories()
                    .forEach(one -> out().println(one.severity() + " " + one.affected() + ": " + one.summary() + " ("
                            + one.id() + ")"));
            installations.find(caller(), id).ifPresent(row -> installed());
        }
        ShellTable table = new ShellTable();
        List.of("Version", "State", "Compatible", "Signature", "Bytes", "Published")
                .forEach(table::column);
        view.versions()
                .forEach(version -> table.addRow()
                        .addContent(
                                version.version(),
                                version.state(),
                                version.compatible(),
                                version.signature(),
                                version.sizeBytes(),
                                version.publishedAt() == null ? "" : version.publishedAt()));
        print(view, table);
    }
}
