package org.platformforge.auth.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.platformforge.auth.domain.AccountService;
import org.platformforge.auth.domain.User;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.shell.OperatorCommand;

/** A command of an operator about one user, of whatever tenant. */
abstract class UserCommand extends OperatorCommand {
    @Argument(name = "user", description = "user_…, or the e-mail address", required = true)
    private String user;

    @Reference
    private AccountService accounts;

    @Override
    protected final void run() {
        run(accounts.find(user).orElseThrow(() -> PlatformException.notFound("User", user)));
    }

    abstract void run(User found);
}
