package org.platformforge.kernel.security.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.platformforge.kernel.security.clock.PlatformClock;

/** The real monotonic clock, which a test may also move on. */
public final class ManualClock {
    private final AtomicLong added = new AtomicLong();

    public PlatformClock clock() {
        return new PlatformClock(() -> System.nanoTime() + added.get(), System.currentTimeMillis());
    }

    public void pass(Duration time) {
        added.addAndGet(time.toNanos());
    }
}
