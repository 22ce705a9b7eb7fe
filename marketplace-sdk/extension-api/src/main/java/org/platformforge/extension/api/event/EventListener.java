package org.platformforge.extension.api.event;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Receives the platform's events of the tenants that have this version of the extension installed. Registered as an OSGi
 * service. Delivered at least once and in order per tenant, so it must bear repetition. Thread-safe.
 */
@ConsumerType
public interface EventListener {
    /** Stable within the extension; the position in the stream of events is kept under it, over updates too. */
    String name();

    /**
     * Event types wanted; each must be one the manifest's {@code permissions.events} names. A trailing {@code .*} stands for
     * every type with that beginning.
     */
    Set<String> types();

    /** @throws Exception to have the same event delivered again later, with growing pauses, a bounded number of times */
    void onEvent(PlatformEvent event) throws Exception;
}
