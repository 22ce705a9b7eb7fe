package org.platformforge.marketplace.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.CatalogueSort;
import org.platformforge.marketplace.domain.Installation;
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.rest.Views.InstallationView;
import org.platformforge.marketplace.rest.Views.RuntimeView;
import org.platformforge.marketplace.rest.WireMapper;

@Service
@RunsReadOnly
@Command(scope = "extension", name = "list", description = "Lists what is installed in a tenant, or the catalogue")
public class ExtensionListCommand extends TenantCommand {
    @Option(name = "--catalogue", description = "List what there is to install")
    private boolean all;

    @Option(name = "--search", description = "Only what has these words")
    private String search;

    @Option(name = "--category", description = "Only this category")
    private String category;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private CatalogueService catalogue;

    @Reference
    private InstallationReader installations;

    @Override
    protected void run() {
        if (all || search != null || category != null) {
            catalogue();
        } else {
            installed();
        }
    }

    private void catalogue() {
        List<CatalogueService.Listing> found = catalogue
                .list(
                        caller(),
                        new CatalogueService.Query(category, search, CatalogueSort.POPULAR, false, false),
                        PageRequest.first(limit))
                .items();
        ShellTable table = table(
                "No extensions", "Id", "Version", "Name", "Category", "Signature", "Trusted", "Downloads", "Rating");
        found.stream()
                .map(WireMapper::extension)
                .forEach(view -> table.addRow()
                        .addContent(
                                view.id(),
                                view.version(),
                                view.name(),
                                view.category(),
                                view.signature(),
                                view.publisher().trusted(),
                                view.downloads(),
                                view.rating() == null ? "" : view.rating()));
        print(found.stream().map(WireMapper::extension).toList(), table);
    }

    private void installed() {
        PageRequest request = PageRequest.first(limit);
        Page<Installation> found = installations.list(caller(), null, request);
        List<InstallationView> views = WireMapper.installations(
                        found, request, installations.warnings(found.items()), installations.running(found.items()))
                .installations();
        ShellTable table = table(
                "No extensions installed",
                "Extension",
                "Version",
                "State",
                "Runs in",
                "Previous",
                "Canary",
                "Pinned",
                "Problem");
        views.forEach(view -> table.addRow()
                .addContent(
                        view.extensionId(),
                        text(view.version()),
                        view.state(),
                        where(view.runtime()),
                        text(view.previousVersion()),
                        view.canary() == null
                                ? ""
                                : view.canary().version() + " " + view.canary().percent() + " %",
                        view.pinned(),
                        view.problem() != null
                                ? view.problem()
                                : view.error() == null ? "" : view.error().message()));
        print(views, table);
    }

    /** The tier, and how the process is when it is not as it should be. */
    private static String where(RuntimeView runtime) {
        if (runtime == null) {
            return "";
        }
        boolean fine = runtime.process() == null || runtime.process().state().equals("running");
        return runtime.tier() + (fine ? "" : " (" + runtime.process().state() + ")");
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
