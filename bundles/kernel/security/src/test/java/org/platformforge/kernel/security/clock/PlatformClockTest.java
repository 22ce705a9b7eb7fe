package org.platformforge.kernel.security.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PlatformClockTest {
    private static final long START = 1_800_000_000_000L;
    private static final long HOUR = 3_600_000;

    private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
    private final PlatformClock clock = new PlatformClock(nanos::get, START);

    @Test
    void runsWithTheMonotonicClock() {
        pass(1_500);
        assertThat(clock.millis()).isEqualTo(START + 1_500);
    }

    @Test
    void followsTheDatabaseForwardAtOnce() {
        clock.sync(Instant.ofEpochMilli(START + HOUR));
        assertThat(clock.millis()).isEqualTo(START + HOUR);
    }

    @Test
    void neverGoesBackWhenTheDatabaseClockIsSetBackAnHour() {
        long before = clock.millis();
        for (int second = 1; second <= 100; second++) {
            pass(1_000);
            clock.sync(Instant.ofEpochMilli(START - HOUR + second * 1_000L));
            assertThat(clock.millis()).isGreaterThan(before);
            before = clock.millis();
        }
        assertThat(before).isEqualTo(START + 90_000);
    }

    @Test
    void standsStillRatherThanGoBackWhenTheDatabaseWasAwayForHours() {
        pass(10 * HOUR);
        long before = clock.millis();
        clock.sync(Instant.ofEpochMilli(START));
        assertThat(clock.millis()).isEqualTo(before);
        pass(HOUR + 5_000);
        assertThat(clock.millis()).isEqualTo(before + 5_000);
    }

    @Test
    void comesToAgreeWithADatabaseThatIsBehind() {
        for (int second = 1; second <= 200; second++) {
            pass(1_000);
            clock.sync(Instant.ofEpochMilli(START - 10_000 + second * 1_000L));
        }
        assertThat(clock.millis()).isEqualTo(START - 10_000 + 200_000);
    }

    @Test
    void countsBeyondTheYear2038() {
        clock.sync(Instant.parse("2038-01-19T03:14:08Z"));
        assertThat(clock.now()).isEqualTo(Instant.parse("2038-01-19T03:14:08Z"));
    }

    private void pass(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }
}
