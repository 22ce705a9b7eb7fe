package org.platformforge.kernel.api.http;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells the answers of a module's generation that it is being drained: another one takes its place, or the module stops.
 * Nobody is let in any more then, and who is in has the drain time; a stream or a waiter, which could take longer, ends
 * its answer in good order, and its client comes back to the successor. Taken as {@code @Context Drain} by methods of
 * modules; extensions have none. Thread-safe.
 */
@ProviderType
public interface Drain {
    /** Whether it has begun; it never ends. */
    boolean begun();

    /**
     * @param action run once when the drain begins, or at once when it has; must return at once and not throw
     * @return takes the action back when it is closed
     */
    Registration onBegin(Runnable action);

    /** An action that waits for the drain. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
