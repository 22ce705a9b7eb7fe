package org.platformforge.kernel.jobs.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.store.Sql;

class JsonTest {
    private final Json json = new Json();

    @Test
    void givesBackWhatItWasGiven() {
        Map<String, Object> values = new HashMap<>();
        values.put("text", "ü\u0000\uD83D\uDE00\"");
        values.put("null", null);
        values.put("list", List.of(1, 2L << 40, true, Map.of("deep", List.of())));
        values.put("number", new BigDecimal("1.5"));

        Map<String, Object> back = json.copy(values);

        assertThat(back.get("text")).isEqualTo(values.get("text"));
        assertThat(back).containsEntry("null", null).containsEntry("number", 1.5);
        assertThat(back.get("list")).isEqualTo(values.get("list"));
        assertThat(json.read(null)).isEmpty();
        assertThatThrownBy(() -> back.put("more", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesWhatIsNotJsonAndSaysWhere() {
        assertThatThrownBy(() -> json.write(Map.of("a", List.of(Map.of("b", Instant.EPOCH)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".a[0].b");
        assertThatThrownBy(() -> json.write(Map.of("a", Map.of(1, 2)))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsTooLargeOrTooDeep() {
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<Object> outer = new ArrayList<>();
            outer.add(deep);
            deep = outer;
        }
        Map<String, Object> nested = Map.of("a", deep);
        Map<String, Object> large = Map.of("a", "x".repeat(2 << 20));

        assertThatThrownBy(() -> json.write(nested)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> json.write(large)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesACircle() {
        Map<String, Object> circle = new HashMap<>();
        circle.put("self", circle);

        assertThatThrownBy(() -> json.write(circle)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsFailuresWithTheirFields() {
        Operation.Failure failure =
                new Operation.Failure("WRONG", "Wrong", List.of(new FieldError("parameters.name", "is missing")));

        assertThat(json.readFailure(json.writeFailure(failure))).isEqualTo(failure);
        assertThat(json.readFailure(json.writeFailure(null))).isNull();
    }

    @Test
    void fitsTextToItsColumn() {
        assertThat(Sql.fit("abc", 3)).isEqualTo("abc");
        assertThat(Sql.fit("abcd", 3)).isEqualTo("abc");
        assertThat(Sql.fit("ab\uD83D\uDE00", 3)).isEqualTo("ab");
    }

    @Test
    void cursorsComeBackAsTheyWere() {
        OperationCursor cursor = new OperationCursor(Instant.parse("2026-01-02T03:04:05.678901Z"), "op-1");

        assertThat(OperationCursor.parse(cursor.text())).isEqualTo(cursor);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "!!", "AAAA", "MjAyNg", "eCB5"})
    void refusesForgedCursors(String text) {
        assertThatThrownBy(() -> OperationCursor.parse(text)).isInstanceOf(PlatformException.class);
    }
}
