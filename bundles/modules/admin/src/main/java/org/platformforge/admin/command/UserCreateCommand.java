package org.platformforge.admin.command;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.admin.rest.UserViews;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.api.security.Accounts.NewAccount;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code user:create}; the password is never an argument, which the shell's history would keep. */
@Service
@Command(scope = "user", name = "create", description = "Creates a user in a tenant; asks for the password")
public class UserCreateCommand extends TenantCommand {
    @Argument(name = "email", description = "E-mail address to sign in with", required = true)
    private String email;

    @Argument(index = 1, name = "name", description = "The person's name", required = true)
    private String name;

    @Option(name = "--role", description = "A role; may be repeated", multiValued = true)
    @Completion(RoleCompleter.class)
    private List<String> roles = List.of("developer");

    @Reference
    private UserAdmin users;

    @Reference
    private Session session;

    @Override
    protected void run() throws IOException {
        Caller operator = caller();
        String password = session.readLine("Password: ", '*');
        Account user = users.create(operator, new NewAccount(email, name, password, Set.copyOf(roles)));
        print(UserViews.of(user), user.id());
    }
}
