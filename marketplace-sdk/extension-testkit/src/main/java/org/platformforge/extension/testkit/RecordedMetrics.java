package org.platformforge.extension.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.platformforge.extension.api.Metrics;

/** Keeps what an extension records. Thread-safe. */
public final class RecordedMetrics implements Metrics {
    private final Map<String, Long> counters = new ConcurrentHashMap<>();
    private final Map<String, Double> gauges = new ConcurrentHashMap<>();
    private final Map<String, List<Duration>> times = new ConcurrentHashMap<>();

    RecordedMetrics() {}

    @Override
    public void count(String name, long amount) {
        if (amount > 0) {
            counters.merge(name, amount, Long::sum);
        }
    }

    @Override
    public void gauge(String name, double value) {
        gauges.put(name, value);
    }

    @Override
    public void time(String name, Duration duration) {
        times.computeIfAbsent(name, one -> new CopyOnWriteArrayList<>()).add(duration);
    }

    /** 0 when it was never counted. */
    public long counter(String name) {
        return counters.getOrDefault(name, 0L);
    }

    /** NaN when it was never set. */
    public double gauge(String name) {
        return gauges.getOrDefault(name, Double.NaN);
    }

    public List<Duration> times(String name) {
        return List.copyOf(times.getOrDefault(name, List.of()));
    }

    void reset() {
        counters.clear();
        gauges.clear();
        times.clear();
    }
}
