package org.platformforge.admin.command;

import java.util.Collections;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.admin.domain.SettingsService;
import org.platformforge.admin.rest.ConfigViews;
import org.platformforge.admin.rest.ConfigViews.VersionView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code settings:set} */
@Service
@Command(
        scope = "settings",
        name = "set",
        description = "Changes a setting; without a value the tenant's own is given up")
public class SettingsSetCommand extends TenantCommand {
    @Argument(name = "name", description = "As settings:list shows it", required = true)
    @Completion(SettingCompleter.class)
    private String name;

    @Argument(index = 1, name = "value", description = "true, false, or a number")
    private String value;

    @Option(name = "--remark", description = "Why, for the history")
    private String remark;

    @Reference
    private SettingsService settings;

    @Override
    protected void run() {
        Caller operator = caller();
        VersionView view =
                ConfigViews.of(settings.update(operator, Collections.singletonMap(name, typed()), null, remark));
        print(view, "Version " + view.version() + " is in force");
    }

    /** As JSON has it: whether it is right for the setting is the service's to say. */
    private Object typed() {
        if (value == null || value.matches("true|false")) {
            return value == null ? null : Boolean.valueOf(value);
        }
        return value.matches("[0-9]{1,18}") ? (Object) Long.valueOf(value) : value;
    }
}
