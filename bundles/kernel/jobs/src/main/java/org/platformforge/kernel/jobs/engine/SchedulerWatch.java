package org.platformforge.kernel.jobs.engine;

import com.github.kagkarlsson.scheduler.CurrentlyExecuting;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import java.time.Duration;
import org.platformforge.kernel.api.health.HealthCheck.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches db-scheduler: whether it works, and whether what it executes here is still ours. Thread-safe. */
final class SchedulerWatch extends AbstractSchedulerListener {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerWatch.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Runs runs;
    private volatile long lastSign = System.nanoTime();

    SchedulerWatch(Runs runs) {
        this.runs = runs;
    }

    boolean runsHere(String operationId) {
        return runs.contains(operationId);
    }

    @Override
    public void onSchedulerEvent(SchedulerEventType type) {
        if (type == SchedulerEventType.RAN_DETECT_DEAD) {
            lastSign = System.nanoTime();
        }
    }

    /**
     * Either the execution has just ended, or somebody took it over, or the database does not answer. A step is
     * interrupted when the row is no longer ours, or when others must have thought so for long enough.
     */
    @Override
    public void onExecutionFailedHeartbeat(CurrentlyExecuting executing) {
        String operationId = executing.getTaskInstance().getId();
        boolean silentTooLong = executing.getHeartbeatState().getFractionDead() >= 1;
        boolean refused = executing.getHeartbeatState().getFailedHeartbeats() > 1;
        if ((silentTooLong || refused) && runs.stop(operationId, Run.Stop.LEASE_LOST)) {
            LOG.warn("Operation {} may have been taken over; its step is interrupted", operationId);
        }
    }

    /** @param heartbeat the scheduler's interval; it looks for dead executions every second one */
    Health health(Duration heartbeat) {
        Duration silence = Duration.ofNanos(System.nanoTime() - lastSign);
        return silence.compareTo(heartbeat.multipliedBy(6).plus(GRACE)) > 0
                ? Health.unhealthy("No sign of the scheduler for " + silence.toSeconds() + " s")
                : Health.healthy();
    }
}
