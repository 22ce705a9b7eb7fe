package org.platformforge.kernel.api.metrics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes the figures of one {@link MetricSource}. Names follow Prometheus' conventions: base units (seconds, bytes), {@code
 * _total} for counters. Labels are given as name, value, name, value …; their values must come from a small set, never a tenant,
 * a user, an id or a path. What breaks the rules of the format, repeats a series, or comes after the source's five-thousandth series
 * is left out and counted in {@code forge_metrics_dropped_series}. For one thread.
 */
@ProviderType
public interface MetricSink {
    /** Series one source may tell; of a histogram all buckets together are one. */
    int MOST_SERIES = 5000;

    /** What goes up and down. */
    void gauge(String name, String help, double value, String... labels);

    /** What only goes up while its generation lives. @param name with {@code _total} at its end */
    void counter(String name, String help, double value, String... labels);

    /** Durations in seconds. @param name with {@code _seconds} at its end */
    void histogram(String name, String help, DurationHistogram durations, String... labels);
}
