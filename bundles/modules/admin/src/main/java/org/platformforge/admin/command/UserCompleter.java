package org.platformforge.admin.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.api.security.Accounts.Query;
import org.platformforge.kernel.shell.IdCompleter;

/** Completes the id of a user of the tenant on the line. */
@Service
public final class UserCompleter extends IdCompleter {
    @Reference
    private UserAdmin users;

    @Override
    protected Stream<String> ids(Caller operator) {
        return users.list(operator, Query.ALL, MOST).items().stream().map(Account::id);
    }
}
