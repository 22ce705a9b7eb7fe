package org.platformforge.admin.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.admin.rest.UserViews;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code user:suspend} */
@Service
@Command(
        scope = "user",
        name = "suspend",
        description = "Suspends a user: sessions, tokens, keys and streams end at once")
public class UserSuspendCommand extends TenantCommand {
    @Argument(name = "id", description = "user_…, or the e-mail address", required = true)
    @Completion(UserCompleter.class)
    private String id;

    @Option(name = "--reason", description = "For the audit log")
    private String reason;

    @Reference
    private UserAdmin users;

    @Override
    protected void run() {
        Caller operator = caller();
        Account user = users.suspend(operator, users.idOf(operator, id), reason);
        print(UserViews.of(user), user.email() + " is suspended");
    }
}
