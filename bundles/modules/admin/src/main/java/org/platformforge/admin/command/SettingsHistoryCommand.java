package org.platformforge.admin.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.SettingsService;
import org.platformforge.admin.rest.ConfigViews;
import org.platformforge.admin.rest.ConfigViews.VersionView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code settings:history} */
@Service
@RunsReadOnly
@Command(scope = "settings", name = "history", description = "Lists what a tenant has set, newest first")
public class SettingsHistoryCommand extends TenantCommand {
    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private SettingsService settings;

    @Override
    protected void run() {
        Caller operator = caller();
        List<VersionView> found = settings.versions(operator, PageRequest.first(limit))
                .map(ConfigViews::of)
                .items();
        ShellTable table = table("Nothing was ever set", "Version", "Settings", "Changed", "By", "Remark");
        found.forEach(version -> table.addRow()
                .addContent(
                        version.version(),
                        version.settings(),
                        version.updatedAt(),
                        version.updatedBy(),
                        version.remark()));
        print(found, table);
    }
}
