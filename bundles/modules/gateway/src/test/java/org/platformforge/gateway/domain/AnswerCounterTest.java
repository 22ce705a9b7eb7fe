package org.platformforge.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.gateway.store.AnswerRepository;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.store.database.DatabaseKind;

class AnswerCounterTest {
    @ParameterizedTest
    @EnumSource
    void addsUpWhatAllGatewaysCountedAndKeepsItWhenOneGoes(DatabaseKind kind) {
        try (TestGateway gateway = new TestGateway(kind)) {
            AnswerCounter other = new AnswerCounter(gateway.store, new AnswerRepository());
            count(gateway.answers, 10, 1);
            count(other, 5, 2);
            other.close();

            assertThat(gateway.answers.of("ten_a", List.of("res-1", "res-2")))
                    .containsEntry("res-1", new Count(15, 3))
                    .containsEntry("res-2", Count.NONE);
            count(gateway.answers, 1, 1);
            assertThat(gateway.answers.of("ten_a", List.of("res-1"))).containsEntry("res-1", new Count(16, 4));
            assertThat(gateway.answers.of("ten_b", List.of("res-1"))).containsEntry("res-1", Count.NONE);

            AnswerCounter successor = new AnswerCounter(gateway.store, new AnswerRepository());
            assertThat(successor.of("ten_a", List.of("res-1"))).containsEntry("res-1", new Count(16, 4));
            successor.close();
        }
    }

    private static void count(AnswerCounter counter, int requests, int errors) {
        for (int i = 0; i < requests; i++) {
            counter.count("ten_a", "res-1", i < errors);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsWhatIsOlderThanMeasurementsAreKept(DatabaseKind kind) {
        try (TestGateway gateway = new TestGateway(kind)) {
            count(gateway.answers, 1, 0);
            assertThat(gateway.answers.of("ten_a", List.of("res-1"))).containsEntry("res-1", new Count(1, 0));

            gateway.retention.run();
            assertThat(gateway.answers.of("ten_a", List.of("res-1"))).containsEntry("res-1", new Count(1, 0));
            gateway.clock.now = Instant.now().plusSeconds(30L * 24 * 3600);
            gateway.retention.run();
            assertThat(gateway.answers.of("ten_a", List.of("res-1"))).containsEntry("res-1", Count.NONE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNoCountOfThreadsThatCountWhileItWrites(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            Thread[] threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> count(gateway.answers, 5000, 100));
                threads[i].start();
            }
            long seen = 0;
            while (seen < 20_000) {
                long now = gateway.answers
                        .of("ten_a", List.of("res-1"))
                        .get("res-1")
                        .requests();
                assertThat(now).isGreaterThanOrEqualTo(seen);
                boolean over = List.of(threads).stream().noneMatch(Thread::isAlive);
                seen = now;
                if (over) {
                    break;
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(gateway.answers.of("ten_a", List.of("res-1"))).containsEntry("res-1", new Count(20_000, 400));
        }
    }
}
