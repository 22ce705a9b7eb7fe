package org.platformforge.kernel.http.generation;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.platformforge.kernel.api.http.Drain;

/**
 * Counts what is running and refuses what comes after {@link #close}. One atomic word, so that no request can slip in
 * between the last one that left and the close. Thread-safe.
 */
public final class InFlight implements Drain {
    private static final long CLOSED = 1L << 62;

    private final AtomicLong state = new AtomicLong();
    private final CountDownLatch empty = new CountDownLatch(1);
    private final Set<Once> waiting = ConcurrentHashMap.newKeySet();

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
        waiting.forEach(Once::run);
    }

    @Override
    public boolean begun() {
        return isClosed();
    }

    @Override
    public Registration onBegin(Runnable action) {
        Once once = new Once(action);
        waiting.add(once);
        if (isClosed()) {
            once.run();
        }
        return () -> waiting.remove(once);
    }

    /** Of the two who may find that it is closed, one runs the action. */
    private final class Once {
        private final Runnable action;

        Once(Runnable action) {
            this.action = action;
        }

        void run() {
            if (waiting.remove(this)) {
                action.run();
            }
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
