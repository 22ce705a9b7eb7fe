package org.platformforge.auth.command;

import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.auth.domain.Session;
import org.platformforge.auth.domain.SessionService;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.rest.SessionResource;

/** {@code user:sessions} */
@Service
@Command(scope = "user", name = "sessions", description = "Lists the sessions of a user, or ends them")
public final class UserSessionsCommand extends UserCommand {
    @Option(name = "--revoke", description = "End all of them, with their access tokens")
    private boolean revoke;

    @Reference
    private SessionService sessions;

    @Override
    void run(User found) {
        if (revoke) {
            int ended = sessions.revokeAll(caller(found.tenantId()), found.id());
            print(
                    Map.of("user_id", found.id(), "ended", ended),
                    ended + (ended == 1 ? " session ended" : " sessions ended"));
            return;
        }
        List<Session> live = sessions.list(found.tenantId(), found.id());
        ShellTable table = table("No sessions", "Id", "Began", "Refreshed", "Ends", "By", "Address", "User agent");
        live.forEach(session -> table.addRow()
                .addContent(
                        session.id(),
                        session.createdAt(),
                        session.rotatedAt(),
                        sessions.end(session),
                        String.join(" ", session.methods()),
                        session.remoteAddress(),
                        session.userAgent()));
        print(
                live.stream()
                        .map(session -> SessionResource.view(session, false, sessions.end(session)))
                        .toList(),
                table);
    }
}
