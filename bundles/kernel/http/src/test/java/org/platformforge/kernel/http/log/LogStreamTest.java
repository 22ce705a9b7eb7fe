package org.platformforge.kernel.http.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.LogStreams.Line;
import org.platformforge.kernel.api.http.LogStreams.Log;
import org.platformforge.kernel.api.http.LogStreams.Part;
import org.platformforge.kernel.api.http.LogStreams.Request;

class LogStreamTest {
    private static final LogStream.Pace PACE = new LogStream.Pace(Duration.ofMillis(1), Duration.ofMillis(2));
    private static final Duration LONG = Duration.ofMinutes(5);

    private final EventStreams streams = new EventStreams();
    private final TestDrain drain = new TestDrain();

    private static final class TestDrain implements Drain {
        private final AtomicBoolean begun = new AtomicBoolean();
        private final List<Runnable> actions = new ArrayList<>();

        @Override
        public boolean begun() {
            return begun.get();
        }

        @Override
        public Registration onBegin(Runnable action) {
            actions.add(action);
            return () -> actions.remove(action);
        }

        void begin() {
            begun.set(true);
            List.copyOf(actions).forEach(Runnable::run);
        }
    }

    private static Line line(long number) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sequence", number);
        fields.put("stage", null);
        fields.put("text", "a \"line\"\r\n\nevent: end");
        return new Line(number, fields);
    }

    private String written(TenantPlaces places, Duration longest, long after, Log log) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LogStream(places, new Request("ten_a", longest, drain, after), log, PACE).write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void sendsEveryLineOnceAndTheEnd() throws IOException {
        List<Long> asked = new ArrayList<>();
        String text = written(new TenantPlaces(() -> 2), LONG, 7, number -> {
            asked.add(number);
            return number < 10
                    ? new Part(List.of(line(number + 1)), number + 1, number == 8, null)
                    : new Part(List.of(), number, false, "failed");
        });
        assertThat(asked).containsExactly(7L, 8L, 9L, 10L);
        String data = "\nevent: log\ndata: {\"sequence\":%d,\"text\":\"a \\\"line\\\"\\r\\n\\nevent: end\"}\n\n";
        assertThat(text.replace(": still here\n\n", ""))
                .isEqualTo("retry: 1000\n\nid: 8" + data.formatted(8) + "id: 9" + data.formatted(9) + "id: 10"
                        + data.formatted(10) + "event: end\ndata: {\"status\":\"failed\"}\n\n");
    }

    @Test
    void breaksTheSilenceAndEndsInTime() throws IOException {
        assertThat(written(
                        new TenantPlaces(() -> 2),
                        Duration.ofMillis(50),
                        0,
                        number -> new Part(List.of(), number, false, null)))
                .contains(": still here\n\n")
                .doesNotContain("event:", "come again");
    }

    @Test
    void sendsItsClientToTheSuccessor() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        String text = written(new TenantPlaces(() -> 2), LONG, 0, number -> {
            if (looks.incrementAndGet() == 2) {
                drain.begin();
            }
            return new Part(List.of(line(number + 1)), number + 1, false, null);
        });
        assertThat(text).contains("id: 2\n").endsWith("retry: 250\n: come again, where another version goes on\n\n");
        assertThat(drain.actions).isEmpty();
    }

    @Test
    void leavesHalfOfThePlacesToOthersAndGivesEachBack() throws IOException {
        AtomicInteger most = new AtomicInteger(4);
        TenantPlaces places = (TenantPlaces) streams.places(most::get);
        assertThat(places.take("ten_a")).isTrue();
        assertThat(places.take("ten_a")).isTrue();
        assertThat(places.take("ten_a")).isFalse();
        Request request = new Request("ten_a", LONG, drain, 0);
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> streams.open(places, request, number -> null))
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                    assertThat(e.retryAfter()).isPresent();
                });
        assertThat(written(places, LONG, 0, number -> new Part(List.of(), 0, false, "x")))
                .isEqualTo("retry: 5000\n: too many streams are open\n\n");
        assertThat(places.take("ten_b")).isTrue();
        places.giveBack("ten_a");
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("The client is gone");
            }
        };
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(
                            () -> streams.open(places, request, number -> null).write(gone));
        }
        most.set(0);
        assertThat(places.full("ten_c")).isTrue();
    }

    @Test
    void readsWhatAClientAsksFor() {
        assertThat(streams.accepts("text/html, TEXT/Event-Stream")).isTrue();
        assertThat(streams.accepts(null)).isFalse();
        assertThat(streams.accepts("application/json")).isFalse();
        assertThat(streams.lastEvent(null, -1)).isEqualTo(-1);
        assertThat(streams.lastEvent(" ", 0)).isZero();
        assertThat(streams.lastEvent(" 12 ", 0)).isEqualTo(12);
        assertThat(streams.lastEvent("-5", 0)).isZero();
        for (String wrong : List.of("x", "1.5", "99999999999999999999", "1\n2")) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(() -> streams.lastEvent(wrong, 0))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.VALIDATION));
        }
    }
}
