package org.platformforge.marketplace.domain;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the reconciler, the canaries and the patches have their turn, one after another, and never waits for them. */
// Immediate: nobody references it, it works by itself.
@Component(service = MarketplaceTimer.class, immediate = true)
public final class MarketplaceTimer {
    private static final Logger LOG = LoggerFactory.getLogger(MarketplaceTimer.class);
    private static final long STOP_SECONDS = 10;

    private final ScheduledExecutorService timer;
    private volatile boolean ready;
    private String failure;

    @Activate
    public MarketplaceTimer(
            @Reference Reconciler reconciler, @Reference CanaryWatch canaries, @Reference PatchUpgrades patches) {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "marketplace-reconciler");
            thread.setDaemon(true);
            return thread;
        });
        every(1, () -> {
            if (ready) {
                reconciler.poll();
            } else {
                reconciler.all();
                ready = true;
            }
        });
        every(2, canaries::look);
        every(30, patches::look);
        every(60, reconciler::retry);
    }

    private void every(long seconds, Runnable work) {
        timer.scheduleWithFixedDelay(() -> run(work), seconds == 1 ? 0 : seconds, seconds, TimeUnit.SECONDS);
    }

    private void run(Runnable work) {
        try {
            work.run();
            failure = null;
        } catch (RuntimeException e) {
            // an exception would end the timer for good; the same one is told once
            String text = String.valueOf(e.getMessage());
            if (!text.equals(failure)) {
                LOG.warn("Extensions could not be brought in line with their records: {}", text);
            }
            failure = text;
        }
    }

    @Deactivate
    void stop() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
