package org.platformforge.kernel.jobs.engine;

import com.github.kagkarlsson.scheduler.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import javax.sql.DataSource;
import org.platformforge.kernel.api.health.HealthCheck.Health;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.node.DatabaseClock;
import org.platformforge.kernel.jobs.record.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of one node: started once, closed once. A thread of its own (the keeper) starts it as soon as the database
 * answers, keeps the clock, wakes what waits and sweeps away what is old. Thread-safe.
 */
public final class JobEngine implements RunningWork, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobEngine.class);
    private static final Duration START_AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOCK_SYNC = Duration.ofSeconds(5);
    private static final Duration SWEEP = Duration.ofHours(1);

    private volatile JobSettings settings;
    private final Store store;
    private final DataSource dataSource;
    private final String node;
    private final Tables tables;
    private final HandlerRegistry handlers;
    private final Runs runs = new Runs();
    private final Signals signals = new Signals();
    private final LogWriter logs;
    private final ScheduledThreadPoolExecutor keeper;
    private volatile Started started;
    private volatile String problem = "Starting";
    private volatile boolean closed;

    /** What exists once the database has answered. */
    private record Started(
            DatabaseClock clock, OperationExecutor executor, Scheduler scheduler, SchedulerWatch watch) {}

    /** Every handler acts. */
    public JobEngine(JobSettings settings, Store store, DataSource dataSource, String node, Tables tables) {
        this(settings, store, dataSource, node, tables, bundleId -> Stage.ACTING);
    }

    /** @param stages what a bundle's handlers may do now; {@link #trigger} tells when that has changed */
    public JobEngine(
            JobSettings settings,
            Store store,
            DataSource dataSource,
            String node,
            Tables tables,
            LongFunction<Stage> stages) {
        this.handlers = new HandlerRegistry(stages);
        this.settings = settings;
        this.store = store;
        this.dataSource = dataSource;
        this.node = node;
        this.tables = tables;
        this.logs = new LogWriter(store, tables.logs(), signals, () -> this.settings.logLines());
        this.keeper = new ScheduledThreadPoolExecutor(1, threads("forge-job-keeper"));
        this.keeper.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.keeper.setRemoveOnCancelPolicy(true);
    }

    /**
     * Takes over what can change while operations run: retries, waits, retention and the size of logs. Threads, polling
     * and signs of life stay as they were at the start.
     */
    public void settings(JobSettings changed) {
        settings = changed.besideRunning(settings);
    }

    static ThreadFactory threads(String name) {
        return work -> {
            Thread thread = new Thread(null, work, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(JobEngine.class.getClassLoader());
            return thread;
        };
    }

    /** Returns at once; {@link #health} says when it works. */
    public void start() {
        logs.start();
        keeper.execute(this::tryStart);
        keeper.scheduleWithFixedDelay(
                this::keepClock, CLOCK_SYNC.toMillis(), CLOCK_SYNC.toMillis(), TimeUnit.MILLISECONDS);
        keeper.scheduleWithFixedDelay(this::sweep, 1, SWEEP.toMinutes(), TimeUnit.MINUTES);
    }

    /** Removes what ended longer ago than the retention; never throws. */
    public void sweep() {
        new Retention(store, tables).sweep(settings.retention());
    }

    private void tryStart() {
        if (closed || started != null) {
            return;
        }
        try {
            startNow();
            problem = null;
        } catch (RuntimeException e) {
            problem = "The database cannot be reached";
            LOG.warn("Operations wait for the database: {}", e.getMessage());
            later(this::tryStart, START_AGAIN);
        }
    }

    private void startNow() {
        DatabaseClock clock = new DatabaseClock(store);
        int resumed =
                store.call(Store.ALL_TENANTS, tx -> tables.schedule().releaseNode(tx.connection(), node, tx.now()));
        if (resumed > 0) {
            LOG.info("{} operations that an earlier life of this node was executing are resumed", resumed);
        }
        StepScope.Services services =
                new StepScope.Services(new Transitions(store, tables, node), logs, clock, tables.json());
        OperationExecutor executor =
                new OperationExecutor(runs, handlers, services, signals, () -> settings, this::triggerAfter);
        SchedulerWatch watch = new SchedulerWatch(runs);
        Scheduler scheduler = Scheduling.build(
                settings, dataSource, store.databaseKind(), node, clock, executor, watch, handlers, this::trigger);
        // First known, then started: a trigger in between must not get lost.
        started = new Started(clock, executor, scheduler, watch);
        scheduler.start();
        if (closed) {
            // it was closed meanwhile, and did not wait for us
            stop(started);
        }
    }

    private void keepClock() {
        Started now = started;
        if (now == null) {
            return;
        }
        try {
            now.clock().synchronise();
        } catch (RuntimeException e) {
            LOG.debug("The database's time could not be read", e);
        }
    }

    /** Looks for due executions now. */
    public void trigger() {
        Started now = started;
        if (now != null) {
            now.scheduler().triggerCheckForDueExecutions();
        }
    }

    private void triggerAfter(Duration wait) {
        if (wait.isZero()) {
            trigger();
        } else {
            later(this::trigger, wait);
        }
    }

    private void later(Runnable work, Duration wait) {
        try {
            keeper.schedule(work, wait.toMillis() + 1, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The engine is closed", e);
        }
    }

    /** A handler has appeared: what waits for its kind goes on. */
    public void add(HandlerRef handler) {
        handlers.add(handler);
        trigger();
    }

    /**
     * A handler goes away: its running steps are interrupted, and this waits for them to leave, at most the configured
     * time. A step that does not leave keeps its operation until it does; nobody begins it a second time meanwhile.
     */
    public void remove(long serviceId) {
        Optional<HandlerRef> found = handlers.remove(serviceId);
        if (found.isEmpty()) {
            return;
        }
        HandlerRef handler = found.get();
        handler.retire(true);
        runs.stopInside(handler);
        try {
            if (!runs.await(() -> runs.othersInside(handler) == 0, settings.swapWait())) {
                LOG.warn("Steps of {} did not leave although they were interrupted", handler.kind());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int count(long bundleId) {
        return handlers.ofBundle(bundleId).stream().mapToInt(runs::inside).sum();
    }

    @Override
    public boolean drain(long bundleId, Duration patience) throws InterruptedException {
        handlers.ofBundle(bundleId).forEach(handler -> handler.retire(true));
        if (runs.await(() -> others(bundleId) == 0, patience)) {
            return true;
        }
        handlers.ofBundle(bundleId).forEach(runs::stopInside);
        return runs.await(() -> others(bundleId) == 0, patience);
    }

    private int others(long bundleId) {
        return handlers.ofBundle(bundleId).stream().mapToInt(runs::othersInside).sum();
    }

    /** Operations that this node is executing. */
    public int executing() {
        return runs.size();
    }

    public HandlerRegistry handlers() {
        return handlers;
    }

    public Signals signals() {
        return signals;
    }

    /** After the commit of a request to cancel: a step running here hears of it at once. */
    public void cancelled(String operationId) {
        runs.requestCancel(operationId);
        trigger();
    }

    /** Whether streams and waiters should end. */
    public boolean closed() {
        return closed;
    }

    public Health health() {
        Started now = started;
        if (closed) {
            return Health.unhealthy("Stopped");
        }
        if (now == null) {
            return Health.unhealthy(problem == null ? "Starting" : problem);
        }
        return now.watch().health(Scheduling.heartbeat(settings, store.databaseKind()));
    }

    /** Interrupts running steps, waits for them to leave, and gives their operations back to other nodes. */
    @Override
    public void close() {
        closed = true;
        // Not interrupted: it may be talking to the database.
        keeper.shutdown();
        awaitKeeper();
        Started last = started;
        if (last != null) {
            stop(last);
        }
        logs.close();
        signals.signalAll();
    }

    /** May be done twice. */
    private static void stop(Started running) {
        running.executor().stop();
        running.scheduler().stop();
    }

    private void awaitKeeper() {
        try {
            keeper.awaitTermination(settings.stopWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
