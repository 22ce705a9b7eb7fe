package org.platformforge.kernel.api.store;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Receives committed events. An OSGi service; delivered at least once, so it must bear repetition. */
@ConsumerType
public interface EventListener {
    /** Stable name of this listener; the delivery position is kept under it. */
    String name();

    /** Event types wanted; {@code *} for all. */
    Set<String> types();

    /**
     * Called in a thread that ends with the events there are now. Interrupted after five minutes, and when the
     * listener's bundle stops and it does not return within some seconds.
     *
     * @throws Exception to have the same event delivered again later
     */
    void onEvent(Event event) throws Exception;
}
