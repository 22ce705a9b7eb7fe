package org.platformforge.kernel.api.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "10, 10",
        "500m, 0.5",
        "0.5, 0.5",
        ".5, 0.5",
        "5., 5",
        "1Gi, 1073741824",
        "20Gi, 21474836480",
        "1G, 1000000000",
        "1k, 1000",
        "1Ki, 1024",
        "1e3, 1000",
        "1E3, 1000",
        "1E, 1000000000000000000",
        "12e-3, 0.012",
        "100u, 0.0001",
        "5n, 0.000000005",
        "+1, 1"
    })
    void readsTheGrammarOfKubernetes(String text, BigDecimal value) {
        assertThat(Quantity.parse(text).orElseThrow().value()).isEqualByComparingTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "1 Gi", "-1", "1gi", "1K", "ki", "1e", "1e3Gi", "0x10", "1,5", "1e999", "١", "1\n"})
    void refusesEverythingElse(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }

    @Test
    void comparesAmountsAndNotTexts() {
        assertThat(Quantity.parse("1000m")).isEqualTo(Quantity.parse("1"));
        assertThat(Quantity.parse("1000m").orElseThrow())
                .hasSameHashCodeAs(Quantity.parse("1").orElseThrow());
        assertThat(Quantity.parse("1Gi").orElseThrow())
                .isGreaterThan(Quantity.parse("1G").orElseThrow());
    }
}
