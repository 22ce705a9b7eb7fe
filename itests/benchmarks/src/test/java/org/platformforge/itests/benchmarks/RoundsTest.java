package org.platformforge.itests.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundsTest {
    private final Rounds<Double> rounds = new Rounds<>();

    @Test
    void takesTheMedianOfTheUndisturbed() {
        rounds.add(1.0, 0.01);
        rounds.add(100.0, 0.16);
        rounds.add(3.0, 0.15);
        rounds.add(2.0, 0);

        assertThat(rounds.median(value -> value)).isEqualTo(2);
        assertThat(rounds.maximum(value -> value)).isEqualTo(3);
        assertThat(rounds.describe()).isEqualTo("3, 1 discarded");
    }

    @Test
    void keepsAllAndSaysSoWhenAllWereDisturbed() {
        rounds.add(1.0, 1);
        rounds.add(2.0, 1);

        assertThat(rounds.median(value -> value)).isEqualTo(1.5);
        assertThat(rounds.describe()).isEqualTo("2, all disturbed");
    }
}
