package org.platformforge.kernel.security.clock;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The time by which credentials expire: the database's clock, carried on by the JVM's monotonic one. It never goes
 * back, so what has expired stays expired when a clock is set back; an offset that is too large is given up slowly, at
 * a tenth of the time that passes. Thread-safe.
 */
@Component(service = PlatformClock.class)
public final class PlatformClock {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SLEW = 10;

    private final LongSupplier monotonicNanos;
    private final AtomicLong highestMillis = new AtomicLong(Long.MIN_VALUE);
    private volatile long offsetMillis;
    private long lastSyncMillis;

    @Activate
    public PlatformClock() {
        this(System::nanoTime, System.currentTimeMillis());
    }

    /** @param startMillis the time at the first reading of the monotonic clock */
    public PlatformClock(LongSupplier monotonicNanos, long startMillis) {
        this.monotonicNanos = monotonicNanos;
        this.lastSyncMillis = monotonicMillis();
        this.offsetMillis = startMillis - lastSyncMillis;
    }

    public long millis() {
        long now = monotonicMillis() + offsetMillis;
        long highest = highestMillis.get();
        return now > highest ? highestMillis.accumulateAndGet(now, Math::max) : highest;
    }

    public Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    /** Takes over the database's time, rounded up; forward at once, backward only by slowing down. */
    public synchronized void sync(Instant databaseTime) {
        long monotonic = monotonicMillis();
        long wanted = databaseTime.plusNanos(NANOS_PER_MILLI - 1).toEpochMilli() - monotonic;
        long lowest = offsetMillis - Math.max(0, monotonic - lastSyncMillis) / SLEW;
        offsetMillis = Math.max(wanted, Math.min(offsetMillis, lowest));
        lastSyncMillis = monotonic;
    }

    private long monotonicMillis() {
        return Math.floorDiv(monotonicNanos.getAsLong(), NANOS_PER_MILLI);
    }
}
