package org.platformforge.extension.api.job;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Work done again and again, for each tenant that has this version of the extension installed, on one node at a time.
 * Registered as an OSGi service. A run that is cut off by a crash, an update or its time budget is not repeated before its
 * next time. Thread-safe.
 */
@ConsumerType
public interface ScheduledJob {
    /** Stable within the extension; lower-case letters, digits and {@code -}. */
    String name();

    /** Pause between the end of one run and the start of the next, at least 10 seconds. */
    Duration interval();

    /** @throws Exception counted, logged and shown to the tenant's administrators; the next run is at its time */
    void run() throws Exception;
}
