package org.platformforge.kernel.http.chain;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Says the same once in a while: a flood of requests that are turned away must not become one of lines. Thread-safe. */
final class Repeats {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanos;
    private final AtomicReference<Said> last = new AtomicReference<>();

    private record Said(String message, long at) {}

    /** @param nanos a monotonic clock */
    Repeats(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether this was the last message, less than ten seconds ago; if not, it is from now on. */
    boolean justSaid(String message) {
        Said before = last.get();
        long now = nanos.getAsLong();
        if (before != null && before.message().equals(message) && now - before.at() < AGAIN_NANOS) {
            return true;
        }
        last.set(new Said(message, now));
        return false;
    }
}
