package org.platformforge.kernel.checkpoint;

import java.util.Arrays;

/**
 * The point every method and every loop of an extension's code passes. Static, because woven code has nothing else to
 * hold on to; every class of every bundle can reach it, so it lets nobody do anything to what is another's. Thread-safe.
 */
public final class Checkpoint {
    /** By number. Numbers are not used twice, for old code may still be running: a byte for each start of a release. */
    private static volatile boolean[] stopped = new boolean[0];

    private Checkpoint() {}

    /**
     * Called by woven code.
     *
     * @param number of the release the code belongs to
     * @throws CallEndedError when this thread's call is over, or, on a thread of the platform, when the release is stopped
     */
    public static void pass(int number) {
        if (Thread.currentThread() instanceof GuardedThread guarded ? guarded.isOver() : stopped[number]) {
            throw new CallEndedError();
        }
    }

    /** For the code of one start of a release. Who holds it, and nobody else, can stop that code. */
    public static Switch open() {
        synchronized (Checkpoint.class) {
            boolean[] now = stopped;
            stopped = Arrays.copyOf(now, now.length + 1);
            return new Switch(now.length);
        }
    }

    private static void stop(int number) {
        synchronized (Checkpoint.class) {
            boolean[] now = stopped.clone();
            now[number] = true;
            stopped = now;
        }
    }

    /** Stops what passes the checkpoint by one number. Thread-safe. */
    public static final class Switch {
        private final int number;

        private Switch(int number) {
            this.number = number;
        }

        /** What is woven into the code. */
        public int number() {
            return number;
        }

        /** From now on the code ends wherever it is, for good. */
        public void stop() {
            Checkpoint.stop(number);
        }
    }
}
