package org.platformforge.kernel.jobs.rest;

import java.util.concurrent.atomic.AtomicInteger;

/** A bounded number of places for requests that hold a thread; the bound may change at any time. Thread-safe. */
final class Places {
    private final AtomicInteger taken = new AtomicInteger();
    private volatile int places;

    Places(int places) {
        this.places = places;
    }

    void resize(int now) {
        places = now;
    }

    boolean take() {
        int most = places;
        return taken.getAndUpdate(count -> count < most ? count + 1 : count) < most;
    }

    boolean full() {
        return taken.get() >= places;
    }

    void giveBack() {
        taken.decrementAndGet();
    }
}
