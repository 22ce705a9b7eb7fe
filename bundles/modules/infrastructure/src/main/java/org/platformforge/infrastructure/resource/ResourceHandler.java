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
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Asks the engine for a resource. What was half made is taken away again. */
@Component(service = OperationHandler.class)
public final class ResourceHandler implements OperationHandler {
    static final String KIND = "infrastructure.provision";
    private static final String APPLY = "apply";

    private final Store store;
    private final ResourceOrderTable orders;
    private final Engines engines;
    private final Outbox outbox;

    @Activate
    public ResourceHandler(
            @Reference Store store,
            @Reference ResourceOrderTable orders,
            @Reference Engines engines,
            @Reference Outbox outbox) {
        this.store = store;
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
        return List.of(new StepDefinition(APPLY, "Make it"));
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        ResourceOrder order = store.call(
                        context.operation().tenantId(),
                        tx -> orders.find(tx, context.operation().target()))
                .orElseThrow(
                        () -> OperationException.fatal("RESOURCE_GONE", "The resource is not wanted any more", null));
        return Map.of("output", engines.forStep().apply(context, ResourceService.wanted(order)));
    }

    @Override
    public void compensate(String step, StepContext context) throws OperationException, InterruptedException {
        engines.forStep().remove(context, context.operation().target());
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        String id = operation.target();
        if (operation.status() == Operation.Status.COMPLETED) {
            orders.status(tx, id, Status.ACTIVE, null);
            outbox.publish(tx, "infrastructure.provisioned", Map.of("resource", id));
        } else {
            String problem = operation.error() == null
                    ? "It was cancelled"
                    : operation.error().message();
            orders.status(tx, id, Status.FAILED, problem);
            outbox.publish(tx, "infrastructure.failed", Map.of("resource", id, "problem", problem));
        }
    }
}
