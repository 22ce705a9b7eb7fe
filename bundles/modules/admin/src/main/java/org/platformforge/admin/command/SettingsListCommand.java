package org.platformforge.admin.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.SettingsService;
import org.platformforge.admin.rest.ConfigViews;
import org.platformforge.admin.rest.ConfigViews.ConfigView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code settings:list} */
@Service
@RunsReadOnly
@Command(
        scope = "settings",
        name = "list",
        description = "Shows the settings in force for a tenant, and where each value comes from")
public class SettingsListCommand extends TenantCommand {
    @Reference
    private SettingsService settings;

    @Override
    protected void run() {
        Caller operator = caller();
        ConfigView view = ConfigViews.of(settings.current(operator), settings.effective(operator));
        ShellTable table = table("None", "Setting", "Value", "From");
        view.settings()
                .forEach((name, value) ->
                        table.addRow().addContent(name, value, view.sources().get(name)));
        print(view, table);
    }
}
