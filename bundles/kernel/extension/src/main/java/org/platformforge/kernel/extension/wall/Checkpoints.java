package org.platformforge.kernel.extension.wall;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.platformforge.kernel.checkpoint.Checkpoint;

/**
 * The switches of the releases that are there. Static, as the weaver stands before any component does; no class of another
 * bundle reaches it. Thread-safe.
 */
public final class Checkpoints {
    private static final Map<String, Checkpoint.Switch> SWITCHES = new ConcurrentHashMap<>();

    private Checkpoints() {}

    /** The number of a release while it is there. */
    static int number(String release) {
        return SWITCHES.computeIfAbsent(release, name -> Checkpoint.open()).number();
    }

    /** From now on the release's code ends wherever it is. A later start of the same release gets another number. */
    public static void stop(String release) {
        Checkpoint.Switch present = SWITCHES.remove(release);
        if (present != null) {
            present.stop();
        }
    }
}
