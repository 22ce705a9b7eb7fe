package org.platformforge.kernel.api.metrics;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells figures of a part of the platform whenever they are asked for. An OSGi service: the figures are there as long as it is
 * registered and its bundle acts, and go with its generation. Called at every scrape, by one thread at a time, on a thread that
 * is given up after two seconds; figures come out of memory or one cheap query. Thread-safe.
 */
@ConsumerType
public interface MetricSource {
    /** Short and stable, such as {@code jobs}; the label {@code collector} of the figures about the scrape itself. */
    String name();

    /**
     * Tells every figure once.
     *
     * @throws Exception when it cannot; the figures that were told before count, and the scrape says that the source failed
     */
    void collect(MetricSink sink) throws Exception;
}
