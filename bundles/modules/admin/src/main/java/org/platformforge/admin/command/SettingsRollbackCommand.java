package org.platformforge.admin.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.admin.domain.SettingsService;
import org.platformforge.admin.rest.ConfigViews;
import org.platformforge.admin.rest.ConfigViews.VersionView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code settings:rollback} */
@Service
@Command(scope = "settings", name = "rollback", description = "Sets everything as it was in a version")
public class SettingsRollbackCommand extends TenantCommand {
    @Argument(
            name = "version",
            description = "As settings:history shows it; 0 is before anything was set",
            required = true)
    private long version;

    @Reference
    private SettingsService settings;

    @Override
    protected void run() {
        Caller operator = caller();
        VersionView view = ConfigViews.of(settings.rollback(operator, version, null));
        print(view, "Version " + view.version() + " is in force");
    }
}
