package org.platformforge.kernel.http.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** What the steps of the request chain count beside durations. Thread-safe. */
@Component(service = ChainCounters.class)
public final class ChainCounters {
    /** Policies are the operator's to name; a limit all the same. */
    private static final int MOST_POLICIES = 200;

    private final Map<String, LongAdder> limited = new ConcurrentHashMap<>();
    private final LongAdder executed = new LongAdder();
    private final LongAdder replayed = new LongAdder();

    @Activate
    public ChainCounters() {
        // counts from zero
    }

    public void limited(String policy) {
        LongAdder count = limited.get(policy);
        if (count == null) {
            count = limited.computeIfAbsent(limited.size() < MOST_POLICIES ? policy : "other", any -> new LongAdder());
        }
        count.increment();
    }

    public void executedOnce() {
        executed.increment();
    }

    public void replayed() {
        replayed.increment();
    }

    Map<String, Long> limitedByPolicy() {
        Map<String, Long> counts = new TreeMap<>();
        limited.forEach((policy, count) -> counts.put(policy, count.sum()));
        return counts;
    }

    long executions() {
        return executed.sum();
    }

    long replays() {
        return replayed.sum();
    }
}
