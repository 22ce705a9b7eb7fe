package org.platformforge.kernel.api.module;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Work that is being done in services of bundles, such as steps of operations, deliveries of events, or requests of a
 * host. An OSGi service of whoever calls these services; whoever stops a bundle for good drains it here first. Nothing
 * is lost without it, but what is running is interrupted and done again. Thread-safe.
 */
@ConsumerType
public interface RunningWork {
    /** What is running in services of this bundle now. */
    int count(long bundleId);

    /**
     * Begins nothing in the bundle's services any more, and waits for what is running there. What is still running when
     * the patience is over is interrupted where it can be, and waited for as long again. In force until the services are
     * unregistered.
     *
     * @return whether nothing of the bundle is running any more
     */
    boolean drain(long bundleId, Duration patience) throws InterruptedException;
}
