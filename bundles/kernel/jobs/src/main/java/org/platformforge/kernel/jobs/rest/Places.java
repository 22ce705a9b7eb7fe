package org.platformforge.kernel.jobs.rest;

import java.util.concurrent.Semaphore;

/** A bounded number of places for requests that hold a thread. Thread-safe. */
final class Places {
    private final Semaphore free;

    Places(int places) {
        this.free = new Semaphore(places);
    }

    boolean take() {
        return free.tryAcquire();
    }

    boolean full() {
        return free.availablePermits() == 0;
    }

    void giveBack() {
        free.release();
    }
}
