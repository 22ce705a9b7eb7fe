package org.platformforge.provisioning.domain.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HumanDurationTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 1 second", "PT0.2S, 1 second", "PT1S, 1 second", "PT7.001S, 8 seconds", "PT89S, 89 seconds",
        "PT90S, 2 minutes", "PT5M, 5 minutes", "PT89M, 89 minutes", "PT90M, 2 hours", "PT24H, 24 hours"
    })
    void rendersWhatPeopleSay(Duration duration, String text) {
        assertThat(HumanDuration.render(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"30 s, PT30S", "30s, PT30S", "5 minutes, PT5M", "1 hour, PT1H", "PT1M30S, PT1M30S"})
    void readsBothForms(String text, Duration duration) {
        assertThat(HumanDuration.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "-PT1S", "PT0S", "0 s", "5 fortnights", "99999999999 s"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> HumanDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
