package org.platformforge.deployments.domain;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.Operations;

/** Waits until nothing is on its way with a deployment any more. Thread-safe. */
@Component(service = Waiter.class)
public class Waiter {
    private static final Duration PIECE = Duration.ofMillis(500);
    private static final long LOOK_MILLIS = 50;

    private final Deployments deployments;
    private final Reconciler reconciler;
    private final Operations operations;
    private final Settings settings;
    private final Semaphore places;

    @Activate
    public Waiter(
            @Reference Deployments deployments,
            @Reference Reconciler reconciler,
            @Reference Operations operations,
            @Reference Settings settings) {
        this.deployments = deployments;
        this.reconciler = reconciler;
        this.operations = operations;
        this.settings = settings;
        this.places = new Semaphore(Math.max(1, settings.now().waiters()));
    }

    /**
     * At most as long as is configured, and not at all when too many wait already.
     *
     * @param over asked from time to time; ends it
     * @return the deployment as it is then; still busy when the time was too short
     */
    public Deployment await(Deployment deployment, BooleanSupplier over) throws InterruptedException {
        if (!places.tryAcquire()) {
            return deployment;
        }
        try {
            long end =
                    System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.now().wait_seconds());
            Deployment now = deployment;
            while (now.work().busy() && !over.getAsBoolean() && System.nanoTime() < end) {
                Optional<String> operation = deployments.unfinished(now);
                if (operation.isPresent()) {
                    operations.await(now.tenantId(), operation.get(), PIECE);
                } else {
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
                now = reconciler.advance(deployments.reread(now));
            }
            return now;
        } finally {
            places.release();
        }
    }
}
