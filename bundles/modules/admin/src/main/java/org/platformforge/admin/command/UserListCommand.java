package org.platformforge.admin.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.admin.rest.UserViews;
import org.platformforge.admin.rest.UserViews.UserView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Accounts.Query;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code user:list} */
@Service
@RunsReadOnly
@Command(scope = "user", name = "list", description = "Lists the users of a tenant")
public class UserListCommand extends TenantCommand {
    @Option(name = "--search", description = "A part of the name or e-mail address")
    private String search;

    @Option(name = "--status", description = "active or suspended")
    @Completion(
            value = StringsCompleter.class,
            values = {"active", "suspended"})
    private String status;

    @Option(name = "--role", description = "Only users with this role")
    @Completion(RoleCompleter.class)
    private String role;

    @Option(name = "--sort", description = "created_at, email or name; with - before it descending")
    @Completion(
            value = StringsCompleter.class,
            values = {"created_at", "email", "name", "-created_at", "-email", "-name"})
    private String sort;

    @Reference
    private UserAdmin users;

    @Override
    protected void run() {
        Caller operator = caller();
        Query query = UserAdmin.query(search, status, role, sort);
        List<UserView> found = all(page -> users.list(operator, query, page)).stream()
                .map(UserViews::of)
                .toList();
        ShellTable table = table("No users", "Id", "E-mail", "Name", "Roles", "Status", "Created");
        found.forEach(user -> table.addRow()
                .addContent(
                        user.id(),
                        user.email(),
                        user.name(),
                        String.join(",", user.roles()),
                        user.status(),
                        user.createdAt()));
        print(found, table);
    }
}
