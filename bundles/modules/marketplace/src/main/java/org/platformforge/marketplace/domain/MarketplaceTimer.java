package org.platformforge.marketplace.domain;

import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the reconciler, the canaries and the patches have their turn, one after another, and never waits for them. */
@Component(service = RecurringTask.class)
public final class MarketplaceTimer implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(MarketplaceTimer.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Reconciler reconciler;
    private final List<Turn> turns;
    private boolean ready;
    private String failure;

    @Activate
    public MarketplaceTimer(
            @Reference Reconciler reconciler, @Reference CanaryWatch canaries, @Reference PatchUpgrades patches) {
        this.reconciler = reconciler;
        this.turns = List.of(
                new Turn(1, this::reconcile),
                new Turn(2, canaries::look),
                new Turn(30, patches::look),
                new Turn(60, reconciler::retry));
    }

    /** Something to do when a number of runs have passed. */
    private static final class Turn {
        private final int runs;
        private final Runnable work;
        private int left;

        Turn(int runs, Runnable work) {
            this.runs = runs;
            this.work = work;
            this.left = runs == 1 ? 1 : runs + 1; // the first run reconciles alone
        }

        boolean isDue() {
            left--;
            if (left > 0) {
                return false;
            }
            left = runs;
            return true;
        }
    }

    @Override
    public String name() {
        return "marketplace.reconciler";
    }

    @Override
    public Duration delay() {
        return Duration.ZERO;
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() throws InterruptedException {
        for (Turn turn : turns) {
            if (turn.isDue()) {
                have(turn);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("The module is being stopped");
            }
        }
    }

    private void reconcile() {
        if (ready) {
            reconciler.poll();
        } else {
            reconciler.all();
            ready = true;
        }
    }

    /** One that fails keeps no other from its turn; the same reason is told once. */
    private void have(Turn turn) {
        try {
            turn.work.run();
            failure = null;
        } catch (RuntimeException e) {
            String text = String.valueOf(e.getMessage());
            if (!text.equals(failure) && !Thread.currentThread().isInterrupted()) {
                LOG.warn("Extensions could not be brought in line with their records: {}", text);
            }
            failure = text;
        }
    }
}
