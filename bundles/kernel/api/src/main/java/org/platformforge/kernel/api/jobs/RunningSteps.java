package org.platformforge.kernel.api.jobs;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The steps that handlers are running on this node, seen by the bundle the handlers come from. Who swaps a module drains
 * its handlers here before the old bundle is stopped. Thread-safe.
 *
 * <p>Nothing is lost without it: a handler service that goes away has its running steps interrupted, and its unbinding
 * waits a bounded time for them to leave. Draining only lets short steps end by themselves first.
 */
@ProviderType
public interface RunningSteps {
    /** Steps (or their compensations) that handlers of this bundle are running now. */
    int count(long bundleId);

    /**
     * Lets a bundle's handlers run dry: from now on no step is begun on them, while other handlers of the same kind get
     * every new step; operations between two steps change over at once. Steps still running when the patience is over
     * are interrupted: each is begun again on another handler and not counted as a failure. Stays in force until the
     * handlers are unregistered.
     *
     * @param patience how long running steps may go on undisturbed; as long again is waited for them after the
     *     interruption
     * @return whether nothing of the bundle is running any more
     */
    boolean drain(long bundleId, Duration patience) throws InterruptedException;

    /** Takes {@link #drain} back, for a swap that was given up. */
    void resume(long bundleId);
}
