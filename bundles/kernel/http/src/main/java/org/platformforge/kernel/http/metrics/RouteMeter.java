package org.platformforge.kernel.http.metrics;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.platformforge.kernel.api.metrics.DurationHistogram;

/** Durations of one route's answers by the first digit of their status. Made when the first comes. Thread-safe. */
public final class RouteMeter {
    static final int CLASSES = 6;

    private final AtomicReferenceArray<DurationHistogram> byClass = new AtomicReferenceArray<>(CLASSES);

    public void record(int status, long nanos) {
        int statusClass = status >= 100 && status < 600 ? status / 100 : 0;
        DurationHistogram durations = byClass.get(statusClass);
        if (durations == null) {
            byClass.compareAndSet(statusClass, null, new DurationHistogram());
            durations = byClass.get(statusClass);
        }
        durations.record(nanos);
    }

    /** Null when no such answer was given. @param statusClass the first digit */
    DurationHistogram of(int statusClass) {
        return byClass.get(statusClass);
    }
}
