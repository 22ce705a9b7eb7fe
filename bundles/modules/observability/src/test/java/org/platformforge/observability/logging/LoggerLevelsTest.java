package org.platformforge.observability.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;

class LoggerLevelsTest {
    private final Map<String, String> levels =
            Collections.synchronizedMap(new HashMap<>(Map.of("ROOT", "INFO", "a.b", "WARN")));
    private final LoggerLevels loggers = new LoggerLevels(new LoggerLevels.Levels() {
        @Override
        public Map<String, String> all() {
            synchronized (levels) {
                return new HashMap<>(levels);
            }
        }

        @Override
        public void set(String logger, String level) {
            // as Karaf does it: the logger stays, without a level
            levels.put(logger, level.equals("DEFAULT") ? null : level);
        }
    });
    private final Caller caller = (Caller) Proxy.newProxyInstance(
            Caller.class.getClassLoader(), new Class<?>[] {Caller.class}, (proxy, method, args) -> "somebody");

    private Map<String, String> known() {
        Map<String, String> known = new HashMap<>(levels);
        known.values().removeIf(Objects::isNull);
        return known;
    }

    @AfterEach
    void close() {
        loggers.close();
    }

    @Test
    void bringsBackWhatWasConfiguredAfterTheTime() {
        loggers.set(caller, "a.b", "trace", Duration.ofMillis(1));
        loggers.set(caller, "a.c", "error", Duration.ofMillis(1));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> loggers.list().stream().noneMatch(LoggerLevels.Level::changed));
        assertThat(known()).isEqualTo(Map.of("ROOT", "INFO", "a.b", "WARN"));
    }

    @Test
    void letsALaterChangeOutliveTheTimeOfAnEarlierOne() {
        loggers.set(caller, "a.b", "trace", Duration.ofDays(1));
        assertThat(loggers.set(caller, "a.b", "error", null).until()).isNull();

        assertThat(loggers.of("a.b")).isEqualTo(new LoggerLevels.Level("a.b", "error", "warn", true, null));
        assertThat(loggers.reset(caller, "a.b").level()).isEqualTo("warn");
        assertThat(loggers.reset(caller, "a.b").changed()).isFalse();
    }

    @Test
    void restoresEverythingWhenItStops() {
        loggers.set(caller, "root", "debug", null);
        loggers.set(caller, "x.y", "off", Duration.ofDays(1));
        assertThat(loggers.of("x.y.z").level()).isEqualTo("off");

        loggers.close();

        assertThat(known()).isEqualTo(Map.of("ROOT", "INFO", "a.b", "WARN"));
    }

    @ParameterizedTest
    @CsvSource({
        "a b, info",
        "'', info",
        "a..b, info",
        "'a\n.b', info",
        "a, loud",
        "a, DEFAULT",
        "org.eclipse.jetty, debug",
        "org.eclipse.jetty.server, trace",
        "org.postgresql, debug"
    })
    void refusesWhatIsWrongOrWouldLogCredentials(String name, String level) {
        assertThatThrownBy(() -> loggers.set(caller, name, level, null)).isInstanceOf(PlatformException.class);
        assertThat(known()).isEqualTo(Map.of("ROOT", "INFO", "a.b", "WARN"));
    }

    @Test
    void changesABoundedNumberOfLoggers() {
        for (int i = 0; i < 100; i++) {
            loggers.set(caller, "n" + i, "error", null);
        }
        assertThatThrownBy(() -> loggers.set(caller, "n100", "error", null)).isInstanceOf(PlatformException.class);
    }
}
