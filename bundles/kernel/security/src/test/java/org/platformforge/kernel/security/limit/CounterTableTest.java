package org.platformforge.kernel.security.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CounterTableTest {
    /** One bucket: seven slots of their own, one that is shared. */
    private final CounterTable table = new CounterTable(ByteBuffer.allocate(CounterTable.HEADER + 8 * 32));

    @Test
    void aSubjectThatLeavesTheSharedSlotTakesItsCountAlong() {
        for (int i = 0; i < 7; i++) {
            table.put(slot("early-" + i, 0), i == 3 ? 50 : 100, 1);
        }
        int shared = slot("late", 10);
        assertThat(slot("other late", 10)).isEqualTo(shared);
        table.put(shared, 110, 5);
        assertThat(slot("late", 49)).isEqualTo(shared);
        int own = slot("late", 60);
        assertThat(own).isNotEqualTo(shared);
        assertThat(table.count(own)).isEqualTo(5);
        assertThat(table.end(own)).isEqualTo(110);
        assertThat(slot("late", 70)).isEqualTo(own);
        assertThat(slot("other late", 70)).isEqualTo(shared);
    }

    @Test
    void aLiveSlotIsNeverGivenAway() {
        for (int i = 0; i < 7; i++) {
            table.put(slot("early-" + i, 0), 100, i);
        }
        for (int i = 0; i < 1_000; i++) {
            table.put(slot("flood-" + i, 99), 200, 1);
        }
        for (int i = 0; i < 7; i++) {
            assertThat(table.count(slot("early-" + i, 99))).isEqualTo(i);
        }
    }

    @Test
    void anEndedSlotIsUsedAgainWithoutItsCount() {
        for (int i = 0; i < 7; i++) {
            table.put(slot("early-" + i, 0), 100, 9);
        }
        assertThat(table.count(slot("late", 100))).isZero();
    }

    @Test
    void holdsAboutAsManySubjectsAsAskedFor() {
        assertThat(CounterTable.size(1)).isEqualTo(CounterTable.HEADER + 256);
        assertThat(CounterTable.size(57_344)).isEqualTo(CounterTable.HEADER + 8_192 * 256);
        assertThat(CounterTable.size(57_345)).isEqualTo(CounterTable.HEADER + 16_384 * 256);
    }

    private int slot(String name, long now) {
        return table.slot(table.subject(name), now);
    }
}
