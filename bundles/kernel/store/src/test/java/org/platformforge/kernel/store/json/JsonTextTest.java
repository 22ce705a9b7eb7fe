package org.platformforge.kernel.store.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTextTest {
    private final JsonText json = new JsonText();

    private record Account(String email, String passwordHash) {}

    private enum State {
        ACTIVE {
            @Override
            public String toString() {
                return "never this";
            }
        }
    }

    static Stream<Object> notJson() {
        return Stream.of(
                new Account("ann@example.com", "$argon2"),
                new Object(),
                Optional.of(1),
                new int[] {1},
                List.class,
                'c');
    }

    @ParameterizedTest
    @MethodSource
    void notJson(Object value) {
        assertThatThrownBy(() -> json.write(Map.of("list", List.of(Map.of("value", value)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".list[0].value")
                .hasMessageNotContaining("argon2");
    }

    @Test
    void refusesKeysThatAreNoStringsAndCircles() {
        assertThatThrownBy(() -> json.write(Map.of("a", Map.of(1, 2)))).isInstanceOf(IllegalArgumentException.class);
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        assertThatThrownBy(() -> json.write(Map.of("a", circle))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesWhatIsJson() {
        Map<String, Object> values = new HashMap<>();
        values.put("nothing", null);
        values.put("at", Instant.EPOCH);
        values.put("for", Duration.ofSeconds(90));
        values.put("state", State.ACTIVE);
        values.put("list", List.of(1, 2L, 1.5, true, "ü"));
        assertThat(json.read(json.write(values)))
                .containsEntry("nothing", null)
                .containsEntry("at", "1970-01-01T00:00:00Z")
                .containsEntry("for", "PT1M30S")
                .containsEntry("state", "ACTIVE")
                .containsEntry("list", List.of(1, 2, 1.5, true, "ü"));
        assertThat(json.write(null)).isEqualTo("{}");
    }
}
