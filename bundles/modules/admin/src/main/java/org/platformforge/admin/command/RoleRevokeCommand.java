package org.platformforge.admin.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.admin.rest.UserViews;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code role:revoke} */
@Service
@Command(scope = "role", name = "revoke", description = "Takes a role from a user, who is logged out everywhere")
public class RoleRevokeCommand extends TenantCommand {
    @Argument(name = "id", description = "user_…, or the e-mail address", required = true)
    @Completion(UserCompleter.class)
    private String id;

    @Argument(index = 1, name = "role", description = "One the user has", required = true)
    @Completion(RoleCompleter.class)
    private String role;

    @Reference
    private UserAdmin users;

    @Override
    protected void run() {
        Caller operator = caller();
        Account user = users.changeRole(operator, users.idOf(operator, id), role, false);
        print(
                UserViews.of(user),
                user.email() + " has " + String.join(", ", UserViews.of(user).roles()));
    }
}
