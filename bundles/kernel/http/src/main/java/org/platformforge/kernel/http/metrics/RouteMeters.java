package org.platformforge.kernel.http.metrics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * The meters of all routes. Generations of one module share them, so that a swap sets no counter back; they go with the last
 * generation that has the route. Thread-safe.
 */
public final class RouteMeters {
    /** What requests that found no route are measured under. */
    private static final Key NO_ROUTE = new Key("none", "", "");

    private final Map<Key, Shared> meters = new HashMap<>();
    private final RouteMeter unrouted = new RouteMeter();
    private final Map<String, SwapCount> swaps = new HashMap<>();

    /**
     * What a series is named by: as many as there are routes, whoever calls them with whatever path.
     *
     * @param module symbolic name of a module, or id of an extension
     * @param route the template of the path
     */
    public record Key(String module, String method, String route) {}

    /** @param swaps generations that were replaced; @param failed answers 5xx from a swap to the end of its drain */
    public record Swaps(long swaps, long failed) {}

    private static final class Shared {
        private final RouteMeter meter = new RouteMeter();
        private int users;
    }

    private static final class SwapCount {
        private final LongAdder swaps = new LongAdder();
        private final LongAdder failed = new LongAdder();
    }

    /** @param key is used until {@link #release} */
    public synchronized RouteMeter acquire(Key key) {
        Shared shared = meters.computeIfAbsent(key, any -> new Shared());
        shared.users++;
        return shared.meter;
    }

    public synchronized void release(Collection<Key> keys) {
        for (Key key : keys) {
            Shared shared = meters.get(key);
            if (shared != null && --shared.users == 0) {
                meters.remove(key);
            }
        }
    }

    /** For requests that found no route. */
    public RouteMeter unrouted() {
        return unrouted;
    }

    public void swapped(String module) {
        swapCount(module).swaps.increment();
    }

    public void failedWhileSwapping(String module, long answers) {
        swapCount(module).failed.add(answers);
    }

    private synchronized SwapCount swapCount(String module) {
        return swaps.computeIfAbsent(module, any -> new SwapCount());
    }

    synchronized Map<String, Swaps> swaps() {
        Map<String, Swaps> counted = new HashMap<>();
        swaps.forEach((module, count) -> counted.put(module, new Swaps(count.swaps.sum(), count.failed.sum())));
        return counted;
    }

    void forEach(BiConsumer<Key, RouteMeter> each) {
        Map<Key, RouteMeter> now = new HashMap<>();
        synchronized (this) {
            meters.forEach((key, shared) -> now.put(key, shared.meter));
        }
        now.put(NO_ROUTE, unrouted);
        now.forEach(each);
    }
}
