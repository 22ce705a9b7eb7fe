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

/** {@code user:activate} */
@Service
@Command(scope = "user", name = "activate", description = "Lets a suspended user sign in again")
public class UserActivateCommand extends TenantCommand {
    @Argument(name = "id", description = "user_…, or the e-mail address", required = true)
    @Completion(UserCompleter.class)
    private String id;

    @Reference
    private UserAdmin users;

    @Override
    protected void run() {
        Caller operator = caller();
        Account user = users.activate(operator, users.idOf(operator, id));
        print(UserViews.of(user), user.email() + " is active");
    }
}
