package org.platformforge.kernel.jobs.node;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.platformforge.kernel.api.store.Store;

/**
 * The database's time, so that nodes with wrong clocks agree on what is due and who is dead. Runs on this process's
 * monotonic clock between synchronisations, so a step of the host's clock changes nothing. Thread-safe.
 */
public final class DatabaseClock implements Clock {
    private final Store store;
    private volatile Reading reading;

    /** Reads the time; throws as {@link Store#call} does. */
    public DatabaseClock(Store store) {
        this.store = store;
        this.reading = read();
    }

    public void synchronise() {
        reading = read();
    }

    @Override
    public Instant now() {
        Reading last = reading;
        return last.time().plusNanos(System.nanoTime() - last.nanos()).truncatedTo(ChronoUnit.MICROS);
    }

    /** The answer was true some time between question and answer; the middle is the best guess. */
    private Reading read() {
        long asked = System.nanoTime();
        Instant time = store.call(Store.ALL_TENANTS, tx -> tx.now());
        long answered = System.nanoTime();
        return new Reading(time, asked + (answered - asked) / 2);
    }

    private record Reading(Instant time, long nanos) {}
}
