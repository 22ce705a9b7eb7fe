package org.platformforge.delivery.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.delivery.store.TargetTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Transaction;

/** Takes a service out of an environment: first its route, then its instances. Nothing of it is undone. */
@Component(service = OperationHandler.class)
public final class RemoveHandler implements OperationHandler {
    static final String KIND = "delivery.remove";

    private static final String RESOURCES = "resources";

    private final TargetTable targets;
    private final ReleaseTable releases;
    private final Engines engines;

    @Activate
    public RemoveHandler(@Reference TargetTable targets, @Reference ReleaseTable releases, @Reference Engines engines) {
        this.targets = targets;
        this.releases = releases;
        this.engines = engines;
    }

    static Map<String, Object> input(TargetRow target, List<String> instances) {
        List<String> ids = new ArrayList<>(List.of(target.routeId()));
        ids.addAll(instances);
        return Map.of(RESOURCES, ids);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        return ((List<?>) input.get(RESOURCES))
                .stream()
                        .map(id -> new StepDefinition(id.toString(), "Remove " + id))
                        .toList();
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        try {
            engines.resources().remove(context, step);
            return Map.of();
        } catch (PlatformException e) {
            throw StepFailures.of(e);
        }
    }

    @Override
    public void compensate(String step, StepContext context) {
        context.log("What was removed is not brought back");
    }

    /** Whatever its end: the route went first, so nothing serves any more. What is left is retired with the release. */
    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        String tenantId = operation.tenantId();
        TargetRow target = targets.byId(tx, tenantId, operation.target()).orElseThrow();
        boolean begun = operation.steps().stream().anyMatch(step -> step.attempts() > 0);
        targets.end(tx, target, TargetRow.REMOVAL, begun ? null : target.current());
        if (begun && target.current() != null) {
            releases.end(tx, tenantId, target.current(), Release.Status.SUPERSEDED, null);
        }
    }
}
