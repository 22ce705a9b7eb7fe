package org.platformforge.kernel.jobs.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.shell.IdCompleter;

/** The newest operations. */
@Service
public class OperationIdCompleter extends IdCompleter {
    @Reference
    private Operations operations;

    @Override
    protected Stream<String> ids(Caller operator) {
        return operations.list(operator.tenantId(), null, null, MOST).items().stream()
                .map(Operation::id);
    }
}
