package org.platformforge.kernel.checkpoint;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The point every method and every loop of an extension's code passes. Static, because woven code has nothing else to
 * hold on to. Thread-safe.
 */
public final class Checkpoint {
    private static final Map<String, Integer> NUMBERS = new ConcurrentHashMap<>();

    /** By number of the release. Numbers are not used twice, for old code may still be running: a byte for each start. */
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

    /** The number of a release while it is there. */
    public static int number(String release) {
        return NUMBERS.computeIfAbsent(release, name -> next());
    }

    private static int next() {
        synchronized (Checkpoint.class) {
            boolean[] now = stopped;
            stopped = Arrays.copyOf(now, now.length + 1);
            return now.length;
        }
    }

    /** From now on the release's code ends wherever it is. A later start of the same release gets another number. */
    public static void stop(String release) {
        Integer number = NUMBERS.remove(release);
        if (number != null) {
            synchronized (Checkpoint.class) {
                boolean[] now = stopped.clone();
                now[number] = true;
                stopped = now;
            }
        }
    }
}
