package org.platformforge.gateway.domain;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what was counted in memory every few seconds, on a thread of its own, and tries again what failed. Thread-safe. */
final class Flusher {
    static final long SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

    private final String what;
    private final Runnable flush;
    private final ScheduledExecutorService thread;

    /** @param what is written, for the log and the thread's name: one word in the plural */
    Flusher(String what, Runnable flush) {
        this.what = what;
        this.flush = flush;
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "gateway-" + what);
            daemon.setDaemon(true);
            return daemon;
        });
        thread.scheduleWithFixedDelay(this::now, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    /** Writes, or says in the log that it could not. */
    void now() {
        try {
            flush.run();
        } catch (RuntimeException e) {
            LOG.warn("The gateway's {} cannot be written; they are kept and tried again", what, e);
        }
    }

    /** Ends the thread; what is left then is the caller's to write. */
    void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
