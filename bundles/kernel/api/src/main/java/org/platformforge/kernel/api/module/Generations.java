package org.platformforge.kernel.api.module;

import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The routes of single bundles, for those who start and stop bundles themselves. Thread-safe. */
@ProviderType
public interface Generations {
    /** Whether every resource of the bundle is served; true for a bundle without any. */
    boolean serving(long bundleId);

    /** Number of routes the bundle serves now. */
    int routes(long bundleId);

    /** What keeps the bundle's resources from being served. @return empty when nothing does */
    Optional<String> problem(long bundleId);

    /** Whether waiting for the bundle's routes is in vain. */
    boolean hopeless(long bundleId);

    /** Requests the bundle is answering now. */
    int inFlight(long bundleId);

    /**
     * Lets no new request in and waits until those in flight are answered.
     *
     * @return whether none is left
     */
    boolean drain(long bundleId, Duration patience) throws InterruptedException;
}
