package org.platformforge.kernel.http.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalBudgetTest {
    private final AtomicLong second = new AtomicLong(1);
    private final RefusalBudget budget = new RefusalBudget(second::get);

    @Test
    void aFloodOfOneHidesNobodyElsesAttempt() {
        assertThat(taken("192.0.2.1", false, 1000)).isEqualTo(RefusalBudget.PER_SUBJECT);
        assertThat(budget.take("192.0.2.2", false)).isTrue();
    }

    @Test
    void aFloodOfManyAddressesHidesNoKnownCallersAttemptAndIsBounded() {
        long recorded = 0;
        for (int i = 0; i < 1000; i++) {
            recorded += taken("192.0.2." + i, false, 1);
        }
        assertThat(recorded).isEqualTo(RefusalBudget.IN_ALL);
        assertThat(budget.take("ten_a user_1", true)).isTrue();
    }

    @Test
    void beginsAnewEachSecondAndTellsOnceWhatWasLeftOut() {
        taken("192.0.2.1", false, 25);
        assertThat(budget.skipped()).isZero();
        second.incrementAndGet();
        assertThat(budget.take("192.0.2.1", false)).isTrue();
        assertThat(budget.skipped()).isEqualTo(5);
        assertThat(budget.skipped()).isZero();
    }

    private long taken(String subject, boolean identified, int attempts) {
        long taken = 0;
        for (int i = 0; i < attempts; i++) {
            taken += budget.take(subject, identified) ? 1 : 0;
        }
        return taken;
    }
}
