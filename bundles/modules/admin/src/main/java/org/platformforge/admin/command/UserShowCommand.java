package org.platformforge.admin.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.admin.rest.UserViews;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code user:show} */
@Service
@RunsReadOnly
@Command(scope = "user", name = "show", description = "Shows a user")
public class UserShowCommand extends TenantCommand {
    @Argument(name = "id", description = "user_…, or the e-mail address", required = true)
    @Completion(UserCompleter.class)
    private String id;

    @Reference
    private UserAdmin users;

    @Override
    protected void run() {
        Caller operator = caller();
        UserViews.UserView user = UserViews.of(users.get(operator, users.idOf(operator, id)));
        ShellTable table = new ShellTable().noHeaders();
        table.column("");
        table.column("");
        table.addRow().addContent("Id", user.id());
        table.addRow().addContent("E-mail", user.email());
        table.addRow().addContent("Name", user.name());
        table.addRow().addContent("Tenant", user.tenantId());
        table.addRow().addContent("Roles", String.join(",", user.roles()));
        table.addRow().addContent("Status", user.status());
        table.addRow().addContent("Created", user.createdAt());
        print(user, table);
    }
}
