package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3|1.2.3|true",
                "1.2.3|1.2.4|false",
                "[1.2,2)|1.9.9|true",
                "[1.2,2)|2.0.0|false",
                "^1.2.3|1.9.0|true",
                "^1.2.3|1.2.2|false",
                "^1.2.3|2.0.0|false",
                "^0.2.3|0.2.9|true",
                "^0.2.3|0.3.0|false",
                "^0.0.3|0.0.3|true",
                "~1.2.3|1.2.9|true",
                "~1.2.3|1.3.0|false"
            })
    void knowsWhatARangeIncludes(String range, String version, boolean included) {
        assertThat(Versions.range(range).orElseThrow().includes(Versions.of(version)))
                .isEqualTo(included);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1", "1.2", "1.2.3.4", "1.2.3-beta", "01.2.3", "^", "[1.0", "[2,1]", "latest"})
    void refusesWhatIsNone(String text) {
        assertThat(Versions.range(text)).isEmpty();
    }

    @Test
    void ordersByNumbersAndNotByLetters() {
        assertThat(Versions.rank("1.10.0")).isGreaterThan(Versions.rank("1.9.999999"));
        assertThat(Versions.rank("2.0.0")).isGreaterThan(Versions.rank("1.999999.999999"));
    }
}
