package org.platformforge.admin.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.PlatformException;

class DatesTest {
    @ParameterizedTest
    @CsvSource({
        "2024-01-20, 2024-01-20T00:00:00Z",
        "2024-01-20T10:00:00Z, 2024-01-20T10:00:00Z",
        "2024-01-20T10:00:00+02:00, 2024-01-20T08:00:00Z",
        "2024-01-20T10:00, 2024-01-20T10:00:00Z",
    })
    void takesEveryForm(String text, Instant expected) {
        assertThat(Dates.from("start_date", text)).isEqualTo(expected);
    }

    @Test
    void endsAfterTheDayOrTheMoment() {
        assertThat(Dates.until("end_date", "2024-01-20")).isEqualTo("2024-01-21T00:00:00Z");
        assertThat(Dates.until("end_date", "2024-01-20T10:00:00Z")).isEqualTo("2024-01-20T10:00:00.000001Z");
        assertThat(Dates.until("end_date", null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "yesterday", "2024-13-01", "2024-01-20T25:00:00Z", "+999999999-12-31T00:00:00Z", "20240120"})
    void namesTheParameterThatIsNone(String text) {
        assertThatThrownBy(() -> Dates.from("start_date", text))
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(e.fields().get(0).field()).isEqualTo("start_date"));
    }
}
