package org.platformforge.auth.domain;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the rows of sessions that have ended, with the addresses in them. Several nodes may do so at once. */
// Immediate: nobody references it, it works by itself.
@Component(service = SessionSweep.class, immediate = true)
public final class SessionSweep {
    private static final Logger LOG = LoggerFactory.getLogger(SessionSweep.class);
    private static final long PERIOD_MINUTES = 60;
    private static final long STOP_SECONDS = 5;
    /** Few enough for Derby's row locks and for any statement time-out. */
    private static final int AT_ONCE = 500;

    private final Store store;
    private final ScheduledExecutorService timer;

    @Activate
    public SessionSweep(@Reference Store store) {
        this.store = store;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "auth-session-sweep");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::sweepQuietly, PERIOD_MINUTES, PERIOD_MINUTES, TimeUnit.MINUTES);
    }

    @Deactivate
    void stop() throws InterruptedException {
        timer.shutdown();
        timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    private void sweepQuietly() {
        try {
            int removed = sweep();
            LOG.debug("{} sessions that have ended were removed", removed);
        } catch (RuntimeException e) {
            // An exception would end the timer for good.
            LOG.info("Sessions that have ended could not be removed now: {}", e.getMessage());
        }
    }

    /** @return how many were removed */
    int sweep() {
        int removed = 0;
        int last;
        do {
            last = store.call(Store.ALL_TENANTS, tx -> SessionRepository.removeEnded(tx, tx.now(), AT_ONCE));
            removed += last;
        } while (last == AT_ONCE);
        return removed;
    }
}
