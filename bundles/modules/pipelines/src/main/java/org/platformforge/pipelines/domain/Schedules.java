package org.platformforge.pipelines.domain;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.domain.Run.Cause;
import org.platformforge.pipelines.domain.Run.Deploy;
import org.platformforge.pipelines.domain.Run.Trigger;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.RunTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts runs when they are due, each on one node. The next time is counted from now, so that what was missed does not pile
 * up; nor does what is due while the schedule's run before is not over. Thread-safe.
 */
@Component(service = RecurringTask.class)
public final class Schedules implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final int MOST_AT_ONCE = 100;

    private final Store store;
    private final PipelineService definitions;
    private final PipelineTable pipelines;
    private final RunTable runs;
    private final RunService service;
    private final Trail trail;

    @Activate
    public Schedules(
            @Reference Store store,
            @Reference PipelineService definitions,
            @Reference PipelineTable pipelines,
            @Reference RunTable runs,
            @Reference RunService service,
            @Reference Trail trail) {
        this.store = store;
        this.definitions = definitions;
        this.pipelines = pipelines;
        this.runs = runs;
        this.service = service;
        this.trail = trail;
    }

    @Override
    public String name() {
        return "pipelines.schedules";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        List<Pipeline> due = store.call(Store.ALL_TENANTS, tx -> pipelines.due(tx, tx.now(), MOST_AT_ONCE));
        for (Pipeline pipeline : due) {
            try {
                Run[] made = new Run[1];
                store.run(pipeline.tenantId(), tx -> made[0] = start(tx, pipeline));
                if (made[0] != null) {
                    service.makeRoom(trail.system(pipeline.tenantId()), pipeline.tenantId(), made[0]);
                }
            } catch (PlatformException e) {
                LOG.info("The schedule of {} starts no run now: {}", pipeline.id(), e.getMessage());
            }
        }
    }

    /** @return null when none is to be started */
    private Run start(Transaction tx, Pipeline seen) throws java.sql.SQLException {
        if (pipelines.lock(tx, seen.tenantId(), seen.id()).isEmpty()
                || !pipelines.reschedule(tx, seen, definitions.next(seen.settings(), tx.now()))) {
            return null;
        }
        boolean going = runs.open(tx, seen.tenantId(), seen.id()).stream()
                .anyMatch(run -> run.cause().trigger() == Trigger.SCHEDULE);
        if (going) {
            LOG.info("The schedule of {} starts no run: the one before is not over", seen.id());
            return null;
        }
        String branch = seen.settings().branch();
        Cause cause = new Cause(Trigger.SCHEDULE, branch, branch, null, false, Deploy.AS_DEFINED, Map.of(), null);
        return service.start(tx, trail.system(seen.tenantId()), seen.tenantId(), seen.id(), cause);
    }
}
