package org.platformforge.catalog.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.jobs.Cron;
import org.platformforge.kernel.jobs.recurring.UnixCron;

class FreezeWindowTest {
    private static final Cron CRON = new UnixCron();

    private static FreezeWindow range(String from, String until) {
        return new FreezeWindow("w", from, until, null, null, null);
    }

    private static FreezeWindow cron(String cron, Integer minutes, String zone) {
        return new FreezeWindow("w", null, null, cron, minutes, zone);
    }

    private static Instant until(FreezeWindow window, String now) {
        return window.frozenUntil(Instant.parse(now), CRON).orElse(null);
    }

    @Test
    void isOnFromItsBeginningToBeforeItsEnd() {
        FreezeWindow window = range("2026-12-24T00:00:00+01:00", "2027-01-02T00:00:00+01:00");

        assertThat(until(window, "2026-12-23T22:59:59Z")).isNull();
        assertThat(until(window, "2026-12-23T23:00:00Z")).isEqualTo("2027-01-01T23:00:00Z");
        assertThat(until(window, "2027-01-01T22:59:59Z")).isEqualTo("2027-01-01T23:00:00Z");
        assertThat(until(window, "2027-01-01T23:00:00Z")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        // from Friday 16:00 in Berlin for 64 hours, to Monday 08:00
        "2026-07-03T13:59:59Z,",
        "2026-07-03T14:00:00Z, 2026-07-06T06:00:00Z",
        "2026-07-06T05:59:59Z, 2026-07-06T06:00:00Z",
        "2026-07-06T06:00:00Z,",
        "2026-12-04T14:30:00Z,", // in winter it begins an hour later
        "2026-12-04T15:00:00Z, 2026-12-07T07:00:00Z",
        "2026-03-29T12:00:00Z, 2026-03-30T07:00:00Z" // over the change of the clock, 64 hours are 64 hours
    })
    void comesAgainInItsOwnTimeZone(String now, Instant until) {
        assertThat(until(cron("0 16 * * 5", 64 * 60, "Europe/Berlin"), now)).isEqualTo(until);
    }

    @Test
    void goesOnWhileItBeginsAgainBeforeItsEnd() {
        assertThat(until(cron("0 * * * *", 90, null), "2026-07-01T10:30:00Z")).isEqualTo("2026-07-01T11:30:00Z");
        assertThat(until(cron("* * * * *", 44_640, null), "2026-07-01T10:30:30Z"))
                .isEqualTo("2026-08-01T10:30:00Z");
        assertThat(until(cron("* * * 1 *", 44_640, null), "2026-02-27T10:30:30Z"))
                .isEqualTo("2026-03-03T23:59:00Z");
        assertThat(until(cron("* * * 1 *", 60, null), "2026-02-27T10:30:30Z")).isNull();
    }

    @Test
    void namesWhatIsWrongWithIt() {
        assertThat(fields(range("2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z")))
                .isEmpty();
        assertThat(fields(cron("0 3 * * 1-5", 60, "Europe/Berlin"))).isEmpty();
        assertThat(fields(new FreezeWindow(" ", null, null, null, null, null))).containsExactly("f.name", "f");
        assertThat(fields(new FreezeWindow("w", "2026-12-24T00:00:00Z", null, "0 3 * * *", 5, null)))
                .containsExactly("f");
        assertThat(fields(range("2026-12-24T00:00:00Z", "2026-12-24T00:00:00Z")))
                .containsExactly("f.until");
        assertThat(fields(range("2026-12-24", null))).containsExactly("f.from", "f.until");
        assertThat(fields(cron("0 3 * *", 0, null))).containsExactly("f.duration_minutes", "f.cron");
        assertThat(fields(cron(null, 44_641, null))).containsExactly("f.duration_minutes", "f.cron");
        assertThat(fields(cron("0 3 * * *", 1, "Berlin"))).containsExactly("f.time_zone");
        assertThat(fields(cron("0 3 30 2 *", 1, null))).containsExactly("f.cron");
    }

    private static List<String> fields(FreezeWindow window) {
        Checks checks = new Checks("");
        window.check(checks, "f", CRON);
        return checks.problems().stream().map(FieldError::field).toList();
    }
}
