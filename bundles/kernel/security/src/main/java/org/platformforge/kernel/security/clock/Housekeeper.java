package org.platformforge.kernel.security.clock;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bundle's one background thread. A task that fails is reported once per outage and run again in time. */
@Component(service = Housekeeper.class)
public final class Housekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

    private static final int PATIENCE_SECONDS = 10;

    private final ScheduledExecutorService executor;

    @Activate
    public Housekeeper() {
        executor = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "forge-security");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Lets a task that is running finish: Derby gives up a connection whose thread is interrupted. */
    @Deactivate
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs the task now, and again and again.
     *
     * @return ends it; a run that has begun is let finish
     */
    public AutoCloseable every(Duration interval, String name, Runnable task) {
        ScheduledFuture<?> scheduled =
                executor.scheduleWithFixedDelay(new Guarded(name, task), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    private static final class Guarded implements Runnable {
        private final String name;
        private final Runnable task;
        private boolean failing;

        Guarded(String name, Runnable task) {
            this.name = name;
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.run();
                if (failing) {
                    failing = false;
                    LOG.info("{} works again", name);
                }
            } catch (RuntimeException e) {
                if (!failing && !Thread.currentThread().isInterrupted()) {
                    failing = true;
                    LOG.warn("{} failed and is tried again", name, e);
                }
            }
        }
    }
}
