package org.platformforge.kernel.jobs.recurring;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One task: waits for its time, runs, and waits again, as long as its bundle acts. Thread-safe. */
final class Recurrence {
    private static final Logger LOG = LoggerFactory.getLogger(Recurrence.class);
    /** A task that has no time is defective, and must not keep a processor busy. */
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private static final Duration UNKNOWN = Duration.ofMinutes(1);

    private final RecurringTask task;
    private final String name;
    private final Duration delay;
    private final long bundleId;
    private final BooleanSupplier acts;
    private final Runnable license;
    private final ScheduledExecutorService timer;
    private ScheduledFuture<?> next;

    /** Of what is scheduled now: what comes due although it was cancelled too late has an older one, and does nothing. */
    private long turn;

    private Thread running;
    private boolean retired;
    private volatile boolean stopping;
    private boolean failing;
    private boolean readOnly;

    /**
     * @param acts whether the task's bundle acts; takes no lock
     * @param license throws a {@code PlatformException} when the task's bundle may change nothing
     */
    Recurrence(
            RecurringTask task, long bundleId, BooleanSupplier acts, Runnable license, ScheduledExecutorService timer) {
        this.task = task;
        this.name = task.name();
        this.delay = task.delay();
        this.bundleId = bundleId;
        this.acts = acts;
        this.license = license;
        this.timer = timer;
        if (name == null || name.isBlank() || delay == null) {
            throw new IllegalArgumentException("A recurring task has a name and a delay: " + name);
        }
    }

    String name() {
        return name;
    }

    long bundleId() {
        return bundleId;
    }

    /** Its bundle may have begun to act, or have ceased to. */
    synchronized void look() {
        boolean may = !retired && acts.getAsBoolean();
        if (may && next == null && running == null) {
            schedule(delay);
        } else if (!may && next != null) {
            next.cancel(false);
            next = null;
            turn++;
        }
    }

    private void schedule(Duration wait) {
        long own = ++turn;
        try {
            next = timer.schedule(() -> due(own), Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The timer is closed", e);
        }
    }

    private synchronized void due(long own) {
        if (own != turn) {
            return;
        }
        next = null;
        if (retired || !acts.getAsBoolean()) {
            return;
        }
        // A thread for each run: what module code leaves in it, such as thread-locals, dies with it.
        running = new Thread(null, this::run, "forge-" + name, 0, false);
        running.setDaemon(true);
        running.setContextClassLoader(task.getClass().getClassLoader());
        running.start();
    }

    private void run() {
        try {
            if (!mayRun()) {
                return;
            }
            task.run();
            if (failing) {
                failing = false;
                LOG.info("The recurring task {} works again", name);
            }
        } catch (Throwable e) {
            // whatever a module throws ends this run and no more
            failed(e);
        } finally {
            ended(period());
        }
    }

    /** Says once that a task does not run, and once that it does again. */
    private boolean mayRun() {
        if (task.runsReadOnly()) {
            return true;
        }
        try {
            license.run();
        } catch (PlatformException e) {
            if (!readOnly) {
                LOG.warn("The recurring task {} does not run: {}", name, e.getMessage());
            }
            readOnly = true;
            return false;
        }
        if (readOnly) {
            readOnly = false;
            LOG.info("The recurring task {} runs again: its feature set is licensed", name);
        }
        return true;
    }

    private Duration period() {
        try {
            Duration period = task.period();
            return period.compareTo(SHORTEST) < 0 ? SHORTEST : period;
        } catch (RuntimeException | LinkageError e) {
            failed(e);
            return UNKNOWN;
        }
    }

    private void failed(Throwable e) {
        if (stopping || failing || Thread.currentThread().isInterrupted()) {
            LOG.debug("The recurring task {} failed again, or was told to leave", name, e);
        } else if (e instanceof PlatformException) {
            LOG.warn("The recurring task {} failed and is tried again: {}", name, e.getMessage());
        } else {
            LOG.warn("The recurring task {} failed and is tried again", name, e);
        }
        failing = true;
    }

    private synchronized void ended(Duration wait) {
        running = null;
        if (!retired && acts.getAsBoolean()) {
            schedule(wait);
        }
        notifyAll();
    }

    /** No run begins any more. */
    synchronized void retire() {
        retired = true;
        look();
    }

    /** A run that is going on is asked to leave. */
    synchronized void interrupt() {
        if (running != null) {
            stopping = true;
            running.interrupt();
        }
    }

    synchronized boolean isRunning() {
        return running != null;
    }

    /**
     * Waits for a run to end; one that calls this itself is not waited for.
     *
     * @param deadline by {@code System.nanoTime()}
     * @return whether none is going on
     */
    synchronized boolean await(long deadline) throws InterruptedException {
        while (running != null && running != Thread.currentThread()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
