package org.platformforge.admin.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.SettingsService;
import org.platformforge.admin.rest.ConfigViews;
import org.platformforge.admin.rest.ConfigViews.DiffView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code settings:diff} */
@Service
@RunsReadOnly
@Command(
        scope = "settings",
        name = "diff",
        description = "Shows what differs between two versions of a tenant's settings")
public class SettingsDiffCommand extends TenantCommand {
    @Argument(
            name = "from",
            description = "As settings:history shows it; 0 is before anything was set",
            required = true)
    private long from;

    @Argument(index = 1, name = "to", description = "The one in force unless said")
    private Long to;

    @Reference
    private SettingsService settings;

    @Override
    protected void run() {
        Caller operator = caller();
        long end = to == null ? settings.current(operator).version() : to;
        DiffView view = ConfigViews.of(from, end, settings.diff(operator, from, end));
        ShellTable table = table("The same", "Setting", "Version " + from, "Version " + end);
        view.changes()
                .forEach(change ->
                        table.addRow().addContent(change.name(), text(change.before()), text(change.after())));
        print(view, table);
    }

    private static String text(Object value) {
        return value == null ? "not set" : value.toString();
    }
}
