package org.platformforge.driver.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcFsTest {
    @Test
    void readsACommandWithParenthesesAndBlanks() {
        String line = "42 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 3 4 0 0 20 0 1 0 12345 1000 77 18446744073709551615";
        assertThat(ProcFs.parse(42, line.getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(new ProcFs.Stat(42, 'S', 42, 7, 12345, 77));
    }

    @Test
    void readsNegativeFieldsOverAndEndsWithTheLine() {
        String line = "7 (kworker/0:1) I 2 0 0 0 -1 69238880 0 0 0 0 0 12 0 0 20 0 1 0 99 0 5";
        assertThat(ProcFs.parse(7, line.getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(new ProcFs.Stat(7, 'I', 0, 12, 99, 5));
    }

    @Test
    void findsItself() {
        assertThat(ProcFs.stat(ProcessHandle.current().pid())).hasValueSatisfying(stat -> {
            assertThat(stat.alive()).isTrue();
            assertThat(stat.residentPages()).isPositive();
        });
        assertThat(ProcFs.stat(0)).isEmpty();
    }
}
