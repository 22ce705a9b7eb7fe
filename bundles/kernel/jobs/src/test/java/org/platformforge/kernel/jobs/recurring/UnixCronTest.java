package org.platformforge.kernel.jobs.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnixCronTest {
    private final UnixCron cron = new UnixCron();

    @ParameterizedTest
    @CsvSource({
        "*/15 * * * *, UTC, 2026-03-01T10:00:00Z, 2026-03-01T10:15:00Z",
        "0 3 * * 1-5, UTC, 2026-02-27T10:00:00Z, 2026-03-02T03:00:00Z",
        "30 2 * * *, Europe/Berlin, 2026-01-10T00:00:00Z, 2026-01-10T01:30:00Z",
        "30 2 * * *, Europe/Berlin, 2026-07-10T00:00:00Z, 2026-07-10T00:30:00Z",
        "0 0 29 2 *, UTC, 2026-03-01T00:00:00Z, 2028-02-29T00:00:00Z",
        "0 12 1 1 *, UTC, 2026-01-01T12:00:00Z, 2027-01-01T12:00:00Z"
    })
    void findsTheNextTime(String expression, String zone, Instant after, Instant next) {
        assertThat(cron.schedule(expression, zone).next(after)).contains(next);
    }

    @ParameterizedTest
    @CsvSource({
        "* * * *, UTC",
        "* * * * * *, UTC",
        "61 * * * *, UTC",
        "a b c d e, UTC",
        "@reboot, UTC",
        "0 0 30 2 *, UTC",
        "'0 0 31 2,4,6,9,11 *', UTC",
        "0 0 * * *, Mars/Olympus"
    })
    void refusesWhatIsNoSchedule(String expression, String zone) {
        assertThatThrownBy(() -> cron.schedule(expression, zone))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".{5,200}");
    }
}
