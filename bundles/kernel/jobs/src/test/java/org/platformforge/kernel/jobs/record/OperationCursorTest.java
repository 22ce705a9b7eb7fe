package org.platformforge.kernel.jobs.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class OperationCursorTest {
    @Test
    void readsWhatItWrote() {
        OperationCursor cursor = new OperationCursor(Instant.parse("2026-01-02T03:04:05.678901Z"), "op_AbC-1_2");

        assertThat(OperationCursor.parse(cursor.text())).isEqualTo(cursor);
    }

    /** The database would not take them: an instant it does not have, a text it cannot store. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+1000000000-12-31T23:59:59.999999999Z op_1",
                "-1000000000-01-01T00:00:00Z op_1",
                "2026-01-02T03:04:05Z op_\u0000",
                "2026-13-02T03:04:05Z op_1",
                "2026-01-02T03:04:05Z",
                "2026-01-02T03:04:05Z ",
                "x"
            })
    void refusesWhatItDidNotWrite(String plain) {
        String text = Base64.getUrlEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> OperationCursor.parse(text))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.VALIDATION));
    }
}
