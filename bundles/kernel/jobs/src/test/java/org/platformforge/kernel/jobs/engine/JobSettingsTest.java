package org.platformforge.kernel.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSettingsTest {
    private static JobSettings settings() {
        return new JobSettings(
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                4,
                5,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofDays(1),
                100);
    }

    @ParameterizedTest(name = "after {0} failures asking for {1} s: {2} s")
    @CsvSource({"1,0,1", "2,0,2", "3,0,4", "6,0,32", "7,0,60", "1000,0,60", "1,5,5", "3,5,20", "1,600,600", "9,600,600"
    })
    void waitsDoubleUpToTheLimitUnlessMoreWasAskedFor(int failures, long asked, long waits) {
        assertThat(settings().backoff(failures, Duration.ofSeconds(asked))).isEqualTo(Duration.ofSeconds(waits));
    }

    @Test
    void leavesARunningSchedulersThreadsAndSignsOfLifeAsTheyAre() {
        JobSettings changed = new JobSettings(
                9,
                Duration.ofSeconds(9),
                Duration.ofSeconds(9),
                9,
                9,
                Duration.ofSeconds(9),
                Duration.ofSeconds(9),
                Duration.ofSeconds(9),
                Duration.ofSeconds(9),
                Duration.ofDays(9),
                900);

        JobSettings applied = changed.besideRunning(settings());

        assertThat(applied.threads()).isEqualTo(1);
        assertThat(applied.heartbeat()).isEqualTo(Duration.ofSeconds(1));
        assertThat(applied.missedHeartbeats()).isEqualTo(4);
        assertThat(applied.stepRetries()).isEqualTo(9);
        assertThat(applied.logLines()).isEqualTo(900);
    }

    @Test
    void embeddedDatabasesNeedNoQuickHeartbeat() {
        assertThat(Scheduling.heartbeat(settings(), "derby")).isEqualTo(Duration.ofSeconds(5));
        assertThat(Scheduling.heartbeat(settings(), "postgresql")).isEqualTo(Duration.ofSeconds(1));
    }
}
