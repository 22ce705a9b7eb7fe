package org.platformforge.kernel.http.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatsTest {
    private long now;
    private final Repeats repeats = new Repeats(() -> now);

    @Test
    void saysTheSameOnlyEveryTenSeconds() {
        assertThat(repeats.justSaid("full")).isFalse();
        now += TimeUnit.SECONDS.toNanos(9);
        assertThat(repeats.justSaid("full")).isTrue();
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(repeats.justSaid("full")).isFalse();
        assertThat(repeats.justSaid("full")).isTrue();
    }

    @Test
    void saysEverythingElseAtOnce() {
        assertThat(repeats.justSaid("full")).isFalse();
        assertThat(repeats.justSaid("away")).isFalse();
        assertThat(repeats.justSaid("full")).isFalse();
    }
}
