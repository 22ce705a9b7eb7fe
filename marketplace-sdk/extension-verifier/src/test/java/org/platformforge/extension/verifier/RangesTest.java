package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Version;

class RangesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3      | 1.2.3 | true",
                "1.2.3      | 1.2.4 | false",
                "[1.2,2)    | 1.2.0 | true",
                "[1.2,2)    | 2.0.0 | false",
                "(1.2.0,2]  | 1.2.0 | false",
                "(1.2.0,2]  | 2.0.0 | true",
                "^1.2.3     | 1.9.9 | true",
                "^1.2.3     | 1.2.2 | false",
                "^1.2.3     | 2.0.0 | false",
                "^0.2.3     | 0.3.0 | false",
                "~1.2.3     | 1.2.9 | true",
                "~1.2.3     | 1.3.0 | false",
                "^1         | 1.5.0 | true"
            })
    void readsEveryForm(String range, String version, boolean within) {
        assertThat(Ranges.range(range).orElseThrow().includes(Version.parseVersion(version)))
                .isEqualTo(within);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "v1.2.3",
                "[2,1)",
                "[1,2",
                "1.2.3.beta",
                "^",
                "[1.2.3.a,2)",
                "01.2.3",
                "*",
                "99999999999.1.1"
            })
    void refusesEverythingElse(String range) {
        assertThat(Ranges.range(range)).isEmpty();
    }
}
