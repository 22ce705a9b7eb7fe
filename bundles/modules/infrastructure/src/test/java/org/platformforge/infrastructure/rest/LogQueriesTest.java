package org.platformforge.infrastructure.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.infrastructure.logs.LogQuery;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

class LogQueriesTest {
    @Test
    void namesEverythingThatIsWrong() {
        PlatformException refused = catchThrowableOfType(
                PlatformException.class,
                () -> LogQueries.query("loud", "yesterday", "2026-01-01", "s".repeat(256), null, "--", 5, "x"));
        assertThat(refused.fields())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("level", "from", "to", "service", "text", "cursor");
    }

    @Test
    void readsWhatIsAskedAndClampsTheLimit() {
        LogQuery query = LogQueries.query("ERROR", "2026-01-01T00:00:00+01:00", "", "api", " ", "time out", 5000, null);
        assertThat(query.level()).isEqualTo("error");
        assertThat(query.from()).isEqualTo("2025-12-31T23:00:00Z");
        assertThat(query.to()).isNull();
        assertThat(query.environment()).isNull();
        assertThat(query.text()).hasToString("time out");
        assertThat(query.limit()).isEqualTo(LogQueries.MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%", "bm9uZQ", "\0", "__________8"})
    void knowsItsOwnCursors(String foreign) {
        assertThat(LogQueries.before(foreign)).isEqualTo(-1);
        assertThat(LogQueries.before(LogQueries.cursor(42))).isEqualTo(42);
        assertThat(LogQueries.before(null)).isZero();
    }
}
