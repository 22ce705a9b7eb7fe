package org.platformforge.extension.api;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Figures of an extension. Names are lower-case words with dots, at most 64 characters; at most 100 names an extension, more
 * are ignored. Thread-safe.
 */
@ProviderType
public interface Metrics {
    /** Adds to a counter; a negative amount is ignored. */
    void count(String name, long amount);

    /** Sets what is now so, such as the length of a queue. */
    void gauge(String name, double value);

    /** Adds one duration to a histogram. */
    void time(String name, Duration duration);
}
