package org.platformforge.kernel.http.generation;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is running and refuses what comes after {@link #close}. One atomic word, so that no request can slip in
 * between the last one that left and the close. Thread-safe.
 */
public final class InFlight {
    private static final long CLOSED = 1L << 62;

    private final AtomicLong state = new AtomicLong();
    private final CountDownLatch empty = new CountDownLatch(1);

    /** @return false when closed: look again where the work goes now */
    public boolean enter() {
        long now = state.get();
        while (now < CLOSED) {
            if (state.compareAndSet(now, now + 1)) {
                return true;
            }
            now = state.get();
        }
        return false;
    }

    /** Once per successful {@link #enter}. */
    public void exit() {
        if (state.decrementAndGet() == CLOSED) {
            empty.countDown();
        }
    }

    public int count() {
        return (int) (state.get() & ~CLOSED);
    }

    public boolean isClosed() {
        return state.get() >= CLOSED;
    }

    /** Lets nothing in any more. Repeated calls change nothing. */
    public void close() {
        long before = state.getAndUpdate(now -> now | CLOSED);
        if ((before & ~CLOSED) == 0) {
            empty.countDown();
        }
    }

    /**
     * Waits until everything that was let in has left.
     *
     * @return whether it has; false when the time ran out or the thread was interrupted (its flag stays set)
     */
    public boolean awaitEmpty(Duration limit) {
        try {
            return empty.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
