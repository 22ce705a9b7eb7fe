package org.platformforge.kernel.api.jobs;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something to be done again and again, such as looking for what was left undone. An OSGi service of a module generation;
 * it is run on every node, by one thread at a time, and only while its bundle acts: a generation that is only tried, or
 * that has a successor, begins no run. When another generation takes over, a run of the former one may still be ending.
 * Nothing is kept over a restart; what must not be lost is an operation. Thread-safe.
 */
@ConsumerType
public interface RecurringTask {
    /** For threads and the log: the module and what it does, such as {@code auth.session-sweep}. */
    String name();

    /** From the end of a run to the beginning of the next one; asked after every run. */
    Duration period();

    /** From the time that its bundle acts to the first run; asked once. */
    default Duration delay() {
        return period();
    }

    /**
     * Whether it runs, too, while the licence of its bundle's feature set has run out and the set is read only. True is for
     * what only keeps data that would be lost otherwise, such as a backup. Asked before every run.
     *
     * @since 2.1
     */
    default boolean runsReadOnly() {
        return false;
    }

    /**
     * One run. When the bundle is stopped or replaced, a run is waited for, and interrupted when that takes too long. What
     * it throws is told to the log once per outage, and the next run comes in time.
     */
    void run() throws InterruptedException;
}
