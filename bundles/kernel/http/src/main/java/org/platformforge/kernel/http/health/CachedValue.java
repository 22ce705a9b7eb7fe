package org.platformforge.kernel.http.health;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A value that is worked out again when something has changed or when it is no longer fresh, by one thread at a time.
 * Thread-safe.
 */
final class CachedValue<T> {
    private final Supplier<T> source;
    private final long freshNanos;
    private final LongSupplier clock;
    private final AtomicLong changes = new AtomicLong();
    private volatile Entry<T> last;

    /** @param change the last one known when it began; @param at the clock when it was complete */
    private record Entry<T>(T value, long change, long at) {}

    /** @param clock nanoseconds that only grow */
    CachedValue(Supplier<T> source, Duration fresh, LongSupplier clock) {
        this.source = source;
        this.freshNanos = fresh.toNanos();
        this.clock = clock;
    }

    /** Whoever asks after this sees what is so now. */
    void changed() {
        changes.incrementAndGet();
    }

    T get() {
        Entry<T> known = last;
        return isFresh(known) ? known.value : renewed();
    }

    private synchronized T renewed() {
        if (!isFresh(last)) {
            long change = changes.get();
            last = new Entry<>(source.get(), change, clock.getAsLong());
        }
        return last.value;
    }

    private boolean isFresh(Entry<T> known) {
        return known != null && known.change == changes.get() && clock.getAsLong() - known.at < freshNanos;
    }
}
