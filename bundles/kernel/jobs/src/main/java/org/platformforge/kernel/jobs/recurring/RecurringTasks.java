package org.platformforge.kernel.jobs.recurring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.module.RunningWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recurring tasks that are there, each in its own time; one that is slow keeps no other waiting. Thread-safe. */
final class RecurringTasks implements RunningWork, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecurringTasks.class);

    private final Map<Long, Recurrence> tasks = new ConcurrentHashMap<>();
    private final LongPredicate acts;
    private final LongConsumer license;
    private final Duration patience;
    private final ScheduledThreadPoolExecutor timer;

    /**
     * @param acts whether a bundle acts; takes no lock
     * @param license throws a {@code PlatformException} when a bundle may change nothing, see {@code Licensing.requireWritable}
     * @param patience how long a run may take to end when its task goes away, before it is interrupted and then again
     */
    RecurringTasks(LongPredicate acts, LongConsumer license, Duration patience) {
        this.acts = acts;
        this.license = license;
        this.patience = patience;
        this.timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "forge-recurring");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    void add(RecurringTask task, long bundleId, long serviceId) {
        Recurrence recurrence =
                new Recurrence(task, bundleId, () -> acts.test(bundleId), () -> license.accept(bundleId), timer);
        tasks.put(serviceId, recurrence);
        recurrence.look();
    }

    /** Bundles may have begun to act, or have ceased to. */
    void look() {
        tasks.values().forEach(Recurrence::look);
    }

    /** Returns when the task's run has ended, or does not end although it was interrupted. */
    void remove(long serviceId) {
        Recurrence gone = tasks.remove(serviceId);
        if (gone == null) {
            return;
        }
        try {
            if (!leave(List.of(gone), patience)) {
                LOG.warn("The recurring task {} does not end although it was interrupted", gone.name());
            }
        } catch (InterruptedException e) {
            gone.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int count(long bundleId) {
        return (int) of(bundleId).stream().filter(Recurrence::isRunning).count();
    }

    @Override
    public boolean drain(long bundleId, Duration limit) throws InterruptedException {
        return leave(of(bundleId), limit);
    }

    private List<Recurrence> of(long bundleId) {
        return tasks.values().stream()
                .filter(recurrence -> recurrence.bundleId() == bundleId)
                .toList();
    }

    private static boolean leave(List<Recurrence> leaving, Duration limit) throws InterruptedException {
        leaving.forEach(Recurrence::retire);
        if (await(leaving, limit)) {
            return true;
        }
        leaving.forEach(Recurrence::interrupt);
        return await(leaving, limit);
    }

    private static boolean await(List<Recurrence> leaving, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean ended = true;
        for (Recurrence recurrence : leaving) {
            ended &= recurrence.await(deadline);
        }
        return ended;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        List.copyOf(tasks.keySet()).forEach(this::remove);
    }
}
