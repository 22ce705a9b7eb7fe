package org.platformforge.kernel.jobs.command;

import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Callers;

@Service
@Command(scope = "operation", name = "cancel", description = "Cancels an operation; what it created is undone")
public class OperationCancelCommand implements Action {
    @Argument(name = "id", description = "The operation", required = true)
    @Completion(OperationIdCompleter.class)
    private String id;

    @Option(name = "--tenant", description = "The tenant")
    private String tenant = OperationListCommand.PLATFORM;

    @Option(name = "--dry-run", description = "Only show what would be undone")
    private boolean dryRun;

    @Option(name = "--json", description = "Print JSON")
    private boolean json;

    @Reference
    private Operations operations;

    @Reference
    private Callers callers;

    @Reference
    private Session session;

    @Override
    public Object execute() {
        Operation operation = dryRun
                ? operations.find(tenant, id).orElseThrow(() -> PlatformException.notFound("Operation", id))
                : operations.cancel(callers.shell(tenant, user(), Set.of("operator")), id);
        if (json) {
            session.getConsole().println(OperationJson.one(operation));
        } else if (dryRun) {
            operation.steps().stream()
                    .filter(step -> step.startedAt() != null)
                    .forEach(step -> session.getConsole().println("would undo " + step.name()));
        } else {
            session.getConsole().println("Cancellation of " + id + " is requested");
        }
        return null;
    }

    private String user() {
        Object user = session.get("USER");
        return user == null ? "shell" : user.toString();
    }
}
