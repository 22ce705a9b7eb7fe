package org.platformforge.delivery.domain;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.delivery.store.TargetTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Removes what engines still hold of a release that does not serve. Nothing is undone: nobody needs it any more. */
@Component(service = OperationHandler.class)
public final class RetireHandler implements OperationHandler {
    static final String KIND = "delivery.retire";

    private static final String RESOURCES = "resources";
    private static final String TRAFFIC = "traffic";

    private final Store store;
    private final TargetTable targets;
    private final ReleaseTable releases;
    private final Engines engines;
    private final Traffic traffic;

    @Activate
    public RetireHandler(
            @Reference Store store,
            @Reference TargetTable targets,
            @Reference ReleaseTable releases,
            @Reference Engines engines,
            @Reference Traffic traffic) {
        this.store = store;
        this.targets = targets;
        this.releases = releases;
        this.engines = engines;
        this.traffic = traffic;
    }

    static Map<String, Object> input(ReleaseRow row) {
        List<String> ids = new ArrayList<>(row.instances());
        ids.add(row.buildId());
        return Map.of(RESOURCES, ids);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        List<StepDefinition> steps = new ArrayList<>();
        steps.add(new StepDefinition(TRAFFIC, "See that it gets no traffic"));
        ((List<?>) input.get(RESOURCES)).forEach(id -> steps.add(new StepDefinition(id.toString(), "Remove " + id)));
        return steps;
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        try {
            Release release = store.call(
                            tenantId,
                            tx -> releases.find(
                                    tx, tenantId, context.operation().target()))
                    .orElseThrow()
                    .release();
            if (release.status().running() || release.status() == Release.Status.ACTIVE) {
                throw OperationException.fatal("RELEASE_CONFLICT", "The release is wanted again", null);
            }
            if (step.equals(TRAFFIC)) {
                endTraffic(context, release);
            } else {
                engines.resources().remove(context, step);
            }
            return Map.of();
        } catch (PlatformException e) {
            throw StepFailures.of(e);
        }
    }

    /** One that has served lost its traffic before; one that has failed may have kept it when its undoing failed, too. */
    private void endTraffic(StepContext context, Release release) throws OperationException, InterruptedException {
        if (release.status() == Release.Status.SUPERSEDED) {
            return;
        }
        TargetRow target = store.call(
                        release.tenantId(),
                        tx -> targets.find(tx, release.tenantId(), release.service(), release.environment()))
                .orElseThrow();
        if (target.running() != null) {
            throw OperationException.transientFailure(
                    "RELEASE_CONFLICT", "Another release is being rolled out", Duration.ofSeconds(5), null);
        }
        traffic.restore(context, target);
    }

    @Override
    public void compensate(String step, StepContext context) {
        context.log("What was removed is not brought back");
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        if (operation.status() == Operation.Status.COMPLETED) {
            releases.cleaned(tx, operation.tenantId(), operation.target());
        }
    }
}
