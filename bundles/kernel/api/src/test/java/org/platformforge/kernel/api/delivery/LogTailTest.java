package org.platformforge.kernel.api.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.delivery.LogTail.Position;

class LogTailTest {
    private static List<String> window(List<String> all) {
        return List.copyOf(all.subList(Math.max(0, all.size() - LogTail.WINDOW), all.size()));
    }

    @Test
    void losesNothingAndRepeatsNothing() {
        Random random = new Random(7);
        List<String> written = new ArrayList<>();
        List<String> read = new ArrayList<>();
        Position position = Position.START;
        for (int look = 0; look < 200; look++) {
            int count = random.nextInt(60);
            for (int i = 0; i < count; i++) {
                written.add("line " + written.size());
            }
            LogTail.Fresh fresh = LogTail.after(position, window(written));
            assertThat(fresh.gap()).isFalse();
            read.addAll(fresh.lines());
            position = fresh.lines().isEmpty() ? position : fresh.position();
        }
        assertThat(read).isEqualTo(written);
    }

    @Test
    void countsLinesThatAreAllTheSame() {
        List<String> same = Collections.nCopies(100, "tick");
        LogTail.Fresh first = LogTail.after(Position.START, same);
        assertThat(first.lines()).hasSize(100);
        assertThat(LogTail.after(first.position(), same).lines()).isEmpty();
        assertThat(LogTail.after(first.position(), Collections.nCopies(130, "tick"))
                        .lines())
                .hasSize(30);
    }

    @Test
    void saysWhereItCannotKnow() {
        List<String> full = new ArrayList<>();
        for (int i = 0; i < LogTail.WINDOW; i++) {
            full.add("old " + i);
        }
        assertThat(LogTail.after(Position.START, full).gap()).isTrue();
        Position position = LogTail.after(Position.START, full.subList(0, 10)).position();
        LogTail.Fresh other = LogTail.after(position, List.of("new 1", "new 2"));
        assertThat(other.gap()).isTrue();
        assertThat(other.lines()).containsExactly("new 1", "new 2");
        assertThat(LogTail.after(other.position(), List.of("new 1", "new 2", "new 3"))
                        .lines())
                .containsExactly("new 3");
        assertThat(LogTail.after(position, List.of()).lines()).isEmpty();
    }
}
