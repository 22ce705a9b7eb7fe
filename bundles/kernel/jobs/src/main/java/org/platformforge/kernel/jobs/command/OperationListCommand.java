package org.platformforge.kernel.jobs.command;

import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@Command(scope = "operation", name = "list", description = "Lists the operations of a tenant, newest first")
public class OperationListCommand extends TenantCommand {
    @Option(name = "--kind", description = "Only this kind, such as provision")
    private String kind;

    @Option(name = "--status", description = "pending, running, compensating, completed, failed or cancelled")
    private String status;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private Operations operations;

    @Override
    protected void run() {
        Page<Operation> page = operations.list(caller().tenantId(), kind, status(), PageRequest.first(limit));
        ShellTable table = new ShellTable().emptyTableText("No operations");
        table.column("Id");
        table.column("Kind");
        table.column("Target");
        table.column("Status");
        table.column("Steps").alignRight();
        table.column("Created");
        table.column("By");
        page.items()
                .forEach(operation -> table.addRow()
                        .addContent(
                                operation.id(),
                                operation.kind(),
                                operation.target(),
                                OperationJson.lower(operation.status()),
                                steps(operation),
                                operation.createdAt(),
                                operation.createdBy()));
        print(OperationJson.list(page.items()), table);
    }

    private static String steps(Operation operation) {
        long done = operation.steps().stream()
                .filter(step -> step.status() == Operation.StepStatus.COMPLETED)
                .count();
        return done + "/" + operation.steps().size();
    }

    private Operation.Status status() {
        if (status == null) {
            return null;
        }
        try {
            return Operation.Status.valueOf(status.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw PlatformException.invalid("--status", status + " is not a status");
        }
    }
}
