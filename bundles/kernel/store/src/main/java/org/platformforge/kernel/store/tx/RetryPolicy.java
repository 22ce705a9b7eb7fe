package org.platformforge.kernel.store.tx;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and after what pause a transaction is begun again that lost against others.
 *
 * @param attempts tries in all
 * @param firstPause the longest pause before the second try; doubles from there
 * @param longestPause no pause is longer
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause) {
    public static final RetryPolicy DEFAULT = new RetryPolicy(12, Duration.ofMillis(10), Duration.ofSeconds(1));

    public RetryPolicy {
        if (attempts < 1 || firstPause.isNegative() || firstPause.isZero() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "Not a sensible retry policy: " + attempts + " attempts, " + firstPause + " to " + longestPause);
        }
    }

    /** Random between half and the whole of the step, so that those who collided do not collide again. */
    Duration pauseAfter(int attempt) {
        long step = firstPause.toMillis() << Math.min(attempt - 1, 16);
        long bound = Math.max(1, Math.min(step, longestPause.toMillis()));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong((bound + 1) / 2, bound + 1));
    }
}
