package org.platformforge.kernel.extension.call;

import java.util.concurrent.TimeUnit;

/** Counts what is inside and lets nothing in once it is closed. Thread-safe. */
final class Gate {
    private int inside;
    private boolean closed;

    /** @return false when it is closed */
    synchronized boolean enter() {
        if (closed) {
            return false;
        }
        inside++;
        return true;
    }

    /** Once for each {@link #enter}. */
    synchronized void exit() {
        inside--;
        notifyAll();
    }

    synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int inside() {
        return inside;
    }

    /** @return whether nothing is inside any more */
    synchronized boolean awaitEmpty(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        while (inside > 0 && left > 0) {
            // a nanosecond is not worth waking up for
            wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            left = deadline - System.nanoTime();
        }
        return inside == 0;
    }
}
