package org.platformforge.kernel.http.dialect;

import java.time.Clock;
import java.time.Instant;

/**
 * The current second as the documents write it ({@code 2024-01-20T10:00:00Z}). Formatted once a second, not once a
 * request; threads that race format it twice. Thread-safe.
 */
final class Timestamps {
    private record Second(long epoch, String text) {}

    private final Clock clock;
    private volatile Second last = new Second(Long.MIN_VALUE, "");

    Timestamps(Clock clock) {
        this.clock = clock;
    }

    String now() {
        long epoch = Math.floorDiv(clock.millis(), 1000L);
        Second second = last;
        if (second.epoch() != epoch) {
            second = new Second(epoch, Instant.ofEpochSecond(epoch).toString());
            last = second;
        }
        return second.text();
    }
}
