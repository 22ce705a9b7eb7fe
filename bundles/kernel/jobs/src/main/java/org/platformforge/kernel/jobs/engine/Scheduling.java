package org.platformforge.kernel.jobs.engine;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.sql.DataSource;
import org.platformforge.kernel.jobs.node.DatabaseClock;
import org.platformforge.kernel.jobs.record.ScheduleTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds db-scheduler the way this bundle uses it: one task, whose executions move by our own transactions. */
final class Scheduling {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduling.class);
    private static final String DERBY = "derby";
    /** An embedded database has one node: nobody else could take over, so there is no hurry to say we live. */
    private static final Duration EMBEDDED_HEARTBEAT = Duration.ofSeconds(5);
    /** Never: a task without implementation is another version's, not rubbish. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private Scheduling() {}

    static Scheduler build(
            JobSettings settings,
            DataSource dataSource,
            String databaseKind,
            String node,
            DatabaseClock clock,
            OperationExecutor executor,
            SchedulerWatch watch,
            HandlerRegistry handlers,
            Runnable trigger) {
        return Scheduler.create(dataSource, task(executor, watch, clock, trigger))
                .jdbcCustomization(customization(databaseKind, handlers))
                .clock(clock)
                .schedulerName(new SchedulerName.Fixed(node))
                .serializer(new NoData())
                .threads(settings.threads())
                .executorService(new ThreadPerRun(trigger))
                .dueExecutor(Executors.newSingleThreadExecutor(JobEngine.threads("forge-job-due")))
                .housekeeperExecutor(new ScheduledThreadPoolExecutor(2, JobEngine.threads("forge-job-heartbeat")))
                // As many as there are free threads: what is picked is executed, and nothing picked waits in a queue.
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(settings.pollInterval())
                .heartbeatInterval(heartbeat(settings, databaseKind))
                .missedHeartbeatsLimit(settings.missedHeartbeats())
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(settings.stopWait())
                .commitWhenAutocommitDisabled(true)
                .failureLogging(LogLevel.ERROR, true)
                .addSchedulerListener(watch)
                .build();
    }

    static Duration heartbeat(JobSettings settings, String databaseKind) {
        return databaseKind.equals(DERBY) && settings.heartbeat().compareTo(EMBEDDED_HEARTBEAT) < 0
                ? EMBEDDED_HEARTBEAT
                : settings.heartbeat();
    }

    private static JdbcCustomization customization(String databaseKind, HandlerRegistry handlers) {
        return databaseKind.equals(DERBY)
                ? new DerbyPicking(handlers::servedKinds)
                : new PostgresPicking(handlers::servedKinds);
    }

    private static Task<Void> task(
            OperationExecutor executor, SchedulerWatch watch, DatabaseClock clock, Runnable trigger) {
        return Tasks.custom(ScheduleTable.TASK, Void.class)
                // Only an Error gets here; the row stays picked and is found dead.
                .onFailure((complete, operations) -> LOG.debug("{} ended in an error", complete.getExecution()))
                .onDeadExecution((complete, operations) -> revive(complete, operations, watch, clock, trigger))
                .execute((instance, context) -> {
                    executor.execute(
                            instance.getId(),
                            context.getExecution().version,
                            context.getExecution().consecutiveFailures);
                    // The row was moved on in the executor's own transaction.
                    return (complete, operations) -> LOG.trace("{} returned", complete.getExecution());
                });
    }

    private static void revive(
            ExecutionComplete complete,
            ExecutionOperations<Void> operations,
            SchedulerWatch watch,
            DatabaseClock clock,
            Runnable trigger) {
        String id = complete.getExecution().taskInstance.getId();
        if (watch.runsHere(id)) {
            // Our own heartbeat was late. It goes on living unless another node decides otherwise.
            return;
        }
        LOG.info("Operation {} is taken over from {}", id, complete.getExecution().pickedBy);
        try {
            operations.reschedule(complete, clock.now());
            trigger.run();
        } catch (ExecutionException e) {
            LOG.debug("Another node was faster", e);
        }
    }

    /** Executions carry an id and nothing else, so nothing is ever deserialized from the database. */
    private static final class NoData implements Serializer {
        @Override
        public byte[] serialize(Object data) {
            return null;
        }

        @Override
        public <T> T deserialize(Class<T> type, byte[] data) {
            return null;
        }
    }
}
