package org.platformforge.kernel.api.module;

import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The generations of modules: which bundle of a module acts, and the routes of single bundles. Whoever calls services of
 * modules and finds several of one name asks {@link #acts} which of them counts; requests, steps of operations, events
 * and hosts change over together. Without this service the newest bundle acts; {@link StageWatch} is
 * for who may have to do without. Thread-safe; asking takes no lock.
 */
@ProviderType
public interface Generations {
    /** What a bundle may do. */
    enum Stage {
        /**
         * Nothing but become ready: it is tried beside the bundle that acts, or another bundle of the module has its place.
         */
        CANDIDATE,
        /** All of the module's work. */
        ACTING,
        /** What it has begun, and nothing new: another bundle has taken its place, or it is about to be stopped. */
        DRAINING
    }

    /** Of each module one bundle acts at a time. Bundles that are no modules act; extensions have their own routing. */
    Stage stage(long bundleId);

    /** Whether new work goes to the bundle's services. */
    default boolean acts(long bundleId) {
        return stage(bundleId) == Stage.ACTING;
    }

    /** @param changed run whenever a stage may have changed; returns at once */
    void addListener(Runnable changed);

    void removeListener(Runnable changed);

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
