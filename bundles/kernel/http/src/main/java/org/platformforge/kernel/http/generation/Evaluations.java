package org.platformforge.kernel.http.generation;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at bundles on threads of its own: one bundle never twice at once, several bundles side by side, because looking
 * runs constructors of theirs, and one that does not return must not keep the others waiting. Thread-safe.
 */
final class Evaluations {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluations.class);
    private static final int THREADS = 16;
    private static final long IDLE_SECONDS = 5;
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Consumer<Bundle> evaluation;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private final Set<Long> planned = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, task -> Drains.thread(task, "forge-generations-timer"));
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Drains.thread(task, "forge-generations"));

    /** @param again whether something has changed since it was begun */
    private record Running(long since, boolean again) {}

    Evaluations(Consumer<Bundle> evaluation) {
        this.evaluation = evaluation;
        threads.allowCoreThreadTimeOut(true);
        timer.prestartCoreThread();
    }

    /** When the bundle is being looked at, once more afterwards. */
    void soon(Bundle bundle) {
        Running now = running.compute(
                bundle.getBundleId(),
                (id, before) -> new Running(before == null ? System.nanoTime() : before.since, before != null));
        if (!now.again) {
            execute(bundle);
        }
    }

    /** Once for each bundle, however often it is asked for in between. */
    void later(Bundle bundle, long millis) {
        if (!planned.add(bundle.getBundleId())) {
            return;
        }
        try {
            timer.schedule(
                    () -> {
                        planned.remove(bundle.getBundleId());
                        soon(bundle);
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopping: {} is not looked at any more", bundle);
        }
    }

    /** For how long the bundle has kept us, when that is long. */
    Optional<Long> busySeconds(long bundleId) {
        Running now = running.get(bundleId);
        long nanos = now == null ? 0 : System.nanoTime() - now.since;
        return nanos < LONG_NANOS ? Optional.empty() : Optional.of(TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    void stop() {
        timer.shutdownNow();
        threads.shutdownNow();
    }

    /**
     * By way of the timer: who starts a bundle may be a thread of an extension, and a thread that is made there belongs to
     * the extension's group.
     */
    private void execute(Bundle bundle) {
        try {
            timer.execute(() -> threads.execute(() -> run(bundle)));
        } catch (RejectedExecutionException e) {
            running.remove(bundle.getBundleId());
            LOG.debug("Stopping: {} is not looked at any more", bundle);
        }
    }

    private void run(Bundle bundle) {
        try {
            evaluation.accept(bundle);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The routes of {} could not be brought up to date", bundle, e);
        } finally {
            Running next = running.computeIfPresent(
                    bundle.getBundleId(), (id, now) -> now.again ? new Running(System.nanoTime(), false) : null);
            if (next != null) {
                execute(bundle);
            }
        }
    }
}
