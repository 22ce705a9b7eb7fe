package org.platformforge.kernel.extension.point;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.release.Points;
import org.platformforge.kernel.extension.route.Assignments;
import org.platformforge.kernel.extension.route.Served;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the jobs of extensions when they are due, each on one node. Thread-safe. */
public final class Jobs {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int THREADS = 16;
    private static final long STOP_SECONDS = 5;

    private final Assignments assignments;
    private final JobTable table;
    private final Set<JobTable.Due> running = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads;
    private boolean complained;

    public Jobs(Assignments assignments, JobTable table) {
        this.assignments = assignments;
        this.table = table;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(0, THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "forge-extension-job-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The tenant has the jobs of this release from now on; new ones run at once. */
    public void assigned(Served served) {
        table.set(
                served.described().tenantId(),
                served.described().extensionId(),
                served.main().points().jobs().keySet());
    }

    public void unassigned(String tenantId, String extensionId) {
        table.set(tenantId, extensionId, Set.of());
    }

    /** Begins what is due; once a second. What finds no thread is due again the next time. */
    public void tick() {
        if (assignments.all().stream()
                .allMatch(one -> one.main().points().jobs().isEmpty())) {
            return;
        }
        try {
            for (JobTable.Due due : table.due()) {
                begin(due);
            }
            complained = false;
        } catch (RuntimeException e) {
            if (!complained) {
                complained = true;
                LOG.warn("Jobs of extensions cannot be run at the moment", e);
            }
        }
    }

    private void begin(JobTable.Due due) {
        Served served = assignments.find(due.tenantId(), due.extensionId()).orElse(null);
        Points.Job job = served == null ? null : served.main().points().jobs().get(due.name());
        if (job == null || !running.add(due)) {
            return;
        }
        try {
            threads.execute(() -> {
                try {
                    run(due, served, job);
                } catch (RuntimeException e) {
                    LOG.debug("{} is run when its lease is over", due, e);
                } finally {
                    running.remove(due);
                }
            });
        } catch (RejectedExecutionException e) {
            running.remove(due);
        }
    }

    private void run(JobTable.Due due, Served served, Points.Job job) {
        Duration lease =
                Duration.ofMillis(served.main().calls().limits().callMillis()).plusSeconds(30);
        if (!table.claim(due, lease, job.interval())) {
            return;
        }
        String error = null;
        try {
            Callbacks.call(served, "job " + due.name(), () -> {
                job.service().run();
                return null;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (Exception | LinkageError | StackOverflowError e) {
            if (isRefusedWhileStopping(served, e)) {
                // whatever serves the tenant next does it
                table.giveBack(due);
                return;
            }
            error = String.valueOf(e);
            LOG.warn("The job {} of {} failed for {}", due.name(), served.main(), due.tenantId(), e);
        }
        table.finish(due, job.interval(), error);
    }

    private static boolean isRefusedWhileStopping(Served served, Throwable failure) {
        return failure instanceof PlatformException refusal
                && refusal.kind() == ErrorKind.UNAVAILABLE
                && served.main().calls().isStopping();
    }

    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A job of an extension does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
