package org.platformforge.kernel.jobs.command;

import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@Command(scope = "operation", name = "cancel", description = "Cancels an operation; what it created is undone")
public class OperationCancelCommand extends TenantCommand {
    @Argument(name = "id", description = "The operation", required = true)
    @Completion(OperationIdCompleter.class)
    private String id;

    @Option(name = "--dry-run", description = "Only show what would be undone")
    private boolean dryRun;

    @Reference
    private Operations operations;

    @Override
    protected void run() {
        Caller operator = caller();
        Operation operation = dryRun
                ? operations
                        .find(operator.tenantId(), id)
                        .orElseThrow(() -> PlatformException.notFound("Operation", id))
                : operations.cancel(operator, id);
        print(OperationJson.one(operation), dryRun ? undone(operation) : "Cancellation of " + id + " is requested");
    }

    private static String undone(Operation operation) {
        return operation.steps().stream()
                .filter(step -> step.startedAt() != null)
                .map(step -> "would undo " + step.name())
                .collect(Collectors.joining("\n"));
    }
}
