package org.platformforge.kernel.http.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();

    @Test
    void isEmptyAtOnceWhenNothingRuns() {
        inFlight.close();
        inFlight.close();

        assertThat(inFlight.awaitEmpty(Duration.ZERO)).isTrue();
        assertThat(inFlight.enter()).isFalse();
    }

    @Test
    void waitsForTheLastOne() {
        inFlight.enter();
        inFlight.enter();
        inFlight.close();
        inFlight.exit();

        assertThat(inFlight.count()).isEqualTo(1);
        assertThat(inFlight.awaitEmpty(Duration.ofMillis(1))).isFalse();
        inFlight.exit();
        assertThat(inFlight.awaitEmpty(Duration.ZERO)).isTrue();
    }

    @RepeatedTest(50)
    void letsNobodyInAfterItWasEmpty() throws Exception {
        AtomicBoolean empty = new AtomicBoolean();
        AtomicInteger late = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(4);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                started.countDown();
                while (inFlight.enter()) {
                    if (empty.get()) {
                        late.incrementAndGet();
                    }
                    inFlight.exit();
                }
            });
            thread.start();
            threads.add(thread);
        }
        started.await();
        inFlight.close();
        assertThat(inFlight.awaitEmpty(Duration.ofSeconds(10))).isTrue();
        empty.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(late).hasValue(0);
    }
}
