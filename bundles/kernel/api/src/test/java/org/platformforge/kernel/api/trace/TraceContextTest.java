package org.platformforge.kernel.api.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-0g",
                "00-" + TRACE + "-" + SPAN + "-01-extra",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "0G-" + TRACE + "-" + SPAN + "-01",
                "cc-" + TRACE + "-" + SPAN + "-01x",
                "00_" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
            })
    void beginsATraceOfItsOwnInsteadOfABrokenOne(String header) {
        TraceContext trace = TraceContext.of(header, "vendor=1");

        assertThat(trace.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(TRACE);
        assertThat(trace.parentId()).isNull();
        assertThat(trace.state()).isEmpty();
        assertThat(TraceContext.isValid(trace.traceparent())).isTrue();
    }

    @Test
    void continuesATraceWithASpanOfItsOwn() {
        TraceContext trace = TraceContext.of("00-" + TRACE + "-" + SPAN + "-01", "vendor=1");

        assertThat(trace.traceId()).isEqualTo(TRACE);
        assertThat(trace.parentId()).isEqualTo(SPAN);
        assertThat(trace.spanId()).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
        assertThat(trace.traceparent()).isEqualTo("00-" + TRACE + "-" + trace.spanId() + "-01");
        assertThat(trace.state()).isEqualTo("vendor=1");
        assertThat(TraceContext.of("00-" + TRACE + "-" + SPAN + "-00", null).traceparent())
                .endsWith("-00");
    }

    @Test
    void takesTheLaterVersionsOfTheFormatAndNoHostileState() {
        assertThat(TraceContext.of("cc-" + TRACE + "-" + SPAN + "-01-more", "a=1\r\nX: y"))
                .satisfies(trace -> {
                    assertThat(trace.traceId()).isEqualTo(TRACE);
                    assertThat(trace.state()).isEmpty();
                });
    }
}
