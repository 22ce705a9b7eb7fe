package org.platformforge.infrastructure.resource;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.resource.ResourceOrder.Status;
import org.platformforge.infrastructure.store.ResourceOrderTable;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Transaction;

/** Has the engine take a resource away; it is gone when the engine says so. */
@Component(service = OperationHandler.class)
public final class RemovalHandler implements OperationHandler {
    static final String KIND = "infrastructure.remove";
    private static final String REMOVE = "remove";

    private final ResourceOrderTable orders;
    private final Engines engines;
    private final Outbox outbox;

    @Activate
    public RemovalHandler(@Reference ResourceOrderTable orders, @Reference Engines engines, @Reference Outbox outbox) {
        this.orders = orders;
        this.engines = engines;
        this.outbox = outbox;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        return List.of(new StepDefinition(REMOVE, "Take it away"));
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        engines.forStep().remove(context, context.operation().target());
        return Map.of();
    }

    @Override
    public void compensate(String step, StepContext context) {
        context.log("What was removed is not brought back");
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        String id = operation.target();
        if (operation.status() == Operation.Status.COMPLETED) {
            orders.delete(tx, id);
            outbox.publish(tx, "infrastructure.deleted", Map.of("resource", id));
        } else {
            orders.status(
                    tx,
                    id,
                    Status.FAILED,
                    operation.error() == null
                            ? "Its deletion was cancelled"
                            : "Its deletion failed: " + operation.error().message());
        }
    }
}
