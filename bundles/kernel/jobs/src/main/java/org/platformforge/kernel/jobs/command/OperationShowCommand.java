package org.platformforge.kernel.jobs.command;

import java.time.Duration;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.shell.TenantCommand;

@Service
@Command(scope = "operation", name = "show", description = "Shows an operation, its steps and, if wanted, its log")
public class OperationShowCommand extends TenantCommand {
    private static final int LOG_LINES = 1000;

    @Argument(name = "id", description = "The operation", required = true)
    @Completion(OperationIdCompleter.class)
    private String id;

    @Option(name = "--logs", description = "Print the log too")
    private boolean logs;

    @Reference
    private Operations operations;

    @Override
    protected void run() {
        String tenantId = caller().tenantId();
        Operation operation =
                operations.find(tenantId, id).orElseThrow(() -> PlatformException.notFound("Operation", id));
        if (!wantsJson()) {
            print(operation.kind() + " " + operation.target() + ": " + OperationJson.lower(operation.status()));
            if (operation.error() != null) {
                print(operation.error().code() + ": " + operation.error().message());
            }
        }
        print(OperationJson.one(operation), steps(operation));
        if (logs && !wantsJson()) {
            printLogs(tenantId);
        }
    }

    private static ShellTable steps(Operation operation) {
        ShellTable table = new ShellTable();
        table.column("Step");
        table.column("Title");
        table.column("Status");
        table.column("Attempts").alignRight();
        table.column("Took").alignRight();
        table.column("Message");
        operation
                .steps()
                .forEach(step -> table.addRow()
                        .addContent(
                                step.name(),
                                step.title(),
                                OperationJson.lower(step.status()),
                                step.attempts(),
                                took(step),
                                step.message() == null ? "" : step.message()));
        return table;
    }

    private static String took(Operation.Step step) {
        if (step.startedAt() == null || step.finishedAt() == null) {
            return "";
        }
        return Duration.between(step.startedAt(), step.finishedAt()).toMillis() + " ms";
    }

    private void printLogs(String tenantId) {
        long after = 0;
        while (true) {
            var lines = operations.logs(tenantId, id, after, LOG_LINES);
            for (Operations.LogLine line : lines) {
                print(line.at() + " " + (line.step() == null ? "" : line.step() + ": ") + line.text());
                after = line.sequence();
            }
            if (lines.size() < LOG_LINES) {
                return;
            }
        }
    }
}
