package org.platformforge.admin.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.admin.domain.UserAdmin;

/** Completes the name of a configured role. */
@Service
public final class RoleCompleter implements Completer {
    @Reference
    private UserAdmin users;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(users.roles().all().keySet()).complete(session, line, candidates);
    }
}
