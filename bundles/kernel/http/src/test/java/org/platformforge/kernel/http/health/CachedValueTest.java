package org.platformforge.kernel.http.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CachedValueTest {
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10); // the clock of a JVM may be about to turn over
    private final CachedValue<Integer> value =
            new CachedValue<>(looks::incrementAndGet, Duration.ofNanos(100), now::get);

    @Test
    void isWorkedOutOnceHoweverOftenAnybodyAsks() throws Exception {
        ExecutorService crowd = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> questions = Stream.<Callable<Integer>>generate(() -> value::get)
                    .limit(10_000)
                    .toList();
            for (Future<Integer> answer : crowd.invokeAll(questions)) {
                assertThat(answer.get()).isEqualTo(1);
            }
        } finally {
            crowd.shutdownNow();
        }
        assertThat(looks).hasValue(1);
    }

    @Test
    void isWorkedOutAgainWhenItIsNoLongerFresh() {
        assertThat(value.get()).isEqualTo(1);
        now.addAndGet(99);
        assertThat(value.get()).isEqualTo(1);
        now.addAndGet(1);
        assertThat(value.get()).isEqualTo(2);
        assertThat(value.get()).isEqualTo(2);
    }

    @Test
    void isWorkedOutAgainAfterAChange() {
        assertThat(value.get()).isEqualTo(1);
        value.changed();
        value.changed();
        assertThat(value.get()).isEqualTo(2);
        assertThat(value.get()).isEqualTo(2);
    }

    @Test
    void aChangeWhileItIsWorkedOutIsNotMissed() {
        AtomicReference<CachedValue<Integer>> self = new AtomicReference<>();
        self.set(new CachedValue<>(
                () -> {
                    int look = looks.incrementAndGet();
                    if (look == 1) {
                        self.get().changed();
                    }
                    return look;
                },
                Duration.ofNanos(100),
                now::get));
        assertThat(self.get().get()).isEqualTo(1);
        assertThat(self.get().get()).isEqualTo(2);
        assertThat(self.get().get()).isEqualTo(2);
    }

    @Test
    void aFailureIsNotRemembered() {
        CachedValue<Integer> failing = new CachedValue<>(
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        throw new IllegalStateException("not now");
                    }
                    return 7;
                },
                Duration.ofNanos(100),
                now::get);
        assertThatThrownBy(failing::get).hasMessage("not now");
        assertThat(failing.get()).isEqualTo(7);
    }
}
