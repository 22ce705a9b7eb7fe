package org.platformforge.kernel.store.outbox;

import java.time.Duration;

/**
 * How events are delivered.
 *
 * @param poll how often to look without being woken: for events of other nodes, and for repeated tries
 * @param lease how long a node keeps a listener to itself without renewing; a crashed node's listeners wait this long
 * @param firstRetry pause after the first failure of a listener; doubles
 * @param longestRetry no pause is longer
 * @param attempts how often an event is given to a listener that fails before the listener is given up on with it
 * @param retention events older than this are removed, delivered or not
 * @param longestEvent a listener that takes longer for one event is interrupted
 */
public record DeliverySettings(
        Duration poll,
        Duration lease,
        Duration firstRetry,
        Duration longestRetry,
        int attempts,
        Duration retention,
        Duration longestEvent) {
    private static final Duration LONGEST_EVENT = Duration.ofMinutes(5);

    public DeliverySettings {
        if (poll.toMillis() < 10
                || lease.toMillis() < 1000
                || firstRetry.toMillis() < 1
                || longestRetry.compareTo(firstRetry) < 0
                || attempts < 1
                || retention.toMinutes() < 1) {
            throw new IllegalArgumentException("Not sensible: poll " + poll + ", lease " + lease + ", retries "
                    + firstRetry + " to " + longestRetry + ", attempts " + attempts + ", retention " + retention);
        }
    }

    public DeliverySettings(
            Duration poll,
            Duration lease,
            Duration firstRetry,
            Duration longestRetry,
            int attempts,
            Duration retention) {
        this(poll, lease, firstRetry, longestRetry, attempts, retention, LONGEST_EVENT);
    }

    Duration pauseAfter(int failures) {
        long pause = firstRetry.toMillis() << Math.min(failures - 1, 20);
        return Duration.ofMillis(Math.min(pause, longestRetry.toMillis()));
    }
}
