package org.platformforge.observability.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.metrics.DurationHistogram;
import org.platformforge.kernel.api.metrics.MetricSink;
import org.platformforge.kernel.api.metrics.MetricSource;

class MetricCollectorTest {
    private final MetricCollector collector = new MetricCollector(Duration.ofSeconds(30));
    private long service;

    @AfterEach
    void close() {
        collector.close();
    }

    private void source(String name, Consumer<MetricSink> figures) {
        collector.add(
                ++service,
                new MetricSource() {
                    @Override
                    public String name() {
                        return name;
                    }

                    @Override
                    public void collect(MetricSink sink) {
                        figures.accept(sink);
                    }
                },
                1);
    }

    private String page(boolean openMetrics) {
        return new String(collector.page(openMetrics), StandardCharsets.UTF_8);
    }

    @Test
    void keepsHostileLabelsInsideTheirQuotes() {
        source("x", sink -> sink.gauge("g", "h\n# TYPE evil counter", 1, "l", "a\"} 1\nevil 2\\\u0000\r"));

        assertThat(page(false))
                .contains("g{l=\"a\\\"} 1\\nevil 2\\\\??\"} 1\n")
                .contains("# HELP g h\\n# TYPE evil counter\n");
        assertThat(page(false).lines()).noneMatch(line -> line.startsWith("evil") || line.startsWith("# TYPE evil"));
    }

    @Test
    void leavesOutWhatBreaksTheRulesAndCountsIt() {
        source("x", sink -> {
            sink.gauge("bad name", "h", 1);
            sink.gauge("odd", "h", 1, "label");
            sink.gauge("reserved", "h", 1, "__name__", "x");
            sink.gauge("bucket", "h", 1, "le", "1");
            sink.gauge("twice", "h", 1, "a", "1", "a", "2");
            sink.counter("no_suffix", "h", 1);
            sink.counter("negative_total", "h", -1);
            sink.histogram("no_unit", "h", new DurationHistogram());
            sink.gauge("good", "h", 1);
            sink.gauge("good", "h", 2);
            sink.counter(null, null, 1);
        });

        assertThat(page(false))
                .contains("forge_metrics_dropped_series 10\n")
                .contains("\ngood 1\n")
                .doesNotContain("odd");
    }

    @Test
    void boundsTheSeriesOfOneSourceAndNotOfTheOthers() {
        source("greedy", sink -> {
            for (int i = 0; i < 3 * MetricSink.MOST_SERIES; i++) {
                sink.gauge("g", "h", i, "id", Integer.toString(i));
            }
        });
        source("modest", sink -> sink.gauge("m", "h", 1));

        assertThat(page(false).lines().filter(line -> line.startsWith("g{"))).hasSize(MetricSink.MOST_SERIES);
        assertThat(page(false)).contains("\nm 1\n").contains("dropped_series " + 2 * MetricSink.MOST_SERIES);
    }

    @Test
    void goesOnWithoutASourceThatFails() {
        source("broken", sink -> {
            sink.gauge("before", "h", 1);
            throw new IllegalStateException("database away");
        });
        source("well", sink -> sink.gauge("m", "h", 1));

        assertThat(page(false))
                .contains("before 1\n", "m 1\n")
                .contains("forge_scrape_collector_success{collector=\"broken\"} 0\n")
                .contains("forge_scrape_collector_success{collector=\"well\"} 1\n")
                .doesNotContain("database away");
    }

    @Test
    void asksASourceThatHangsOnlyOnce() {
        MetricCollector impatient = new MetricCollector(Duration.ofMillis(1));
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        impatient.add(
                1,
                new MetricSource() {
                    @Override
                    public String name() {
                        return "stuck";
                    }

                    @Override
                    public void collect(MetricSink sink) throws InterruptedException {
                        asked.incrementAndGet();
                        never.await();
                    }
                },
                1);
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(new String(impatient.page(false), StandardCharsets.UTF_8))
                        .contains("forge_scrape_collector_success{collector=\"stuck\"} 0\n");
            }
            assertThat(asked.get()).isLessThanOrEqualTo(1);
        } finally {
            impatient.close();
        }
    }

    @Test
    void writesHistogramsInBothFormats() {
        DurationHistogram durations = new DurationHistogram();
        durations.record(1_000_000);
        durations.record(3_000_000);
        durations.record(20_000_000_000L);
        source("x", sink -> {
            sink.histogram("d_seconds", "h", durations, "a", "b");
            sink.counter("c_total", "h", 2);
        });

        assertThat(page(false))
                .contains("# TYPE d_seconds histogram\n")
                .contains("d_seconds_bucket{a=\"b\",le=\"0.001\"} 1\n")
                .contains("d_seconds_bucket{a=\"b\",le=\"0.005\"} 2\n")
                .contains("d_seconds_bucket{a=\"b\",le=\"+Inf\"} 3\n")
                .contains("d_seconds_sum{a=\"b\"} 20.004\n")
                .contains("d_seconds_count{a=\"b\"} 3\n")
                .contains("# TYPE c_total counter\n")
                .doesNotContain("# EOF");
        assertThat(page(true)).contains("# TYPE c counter\nc_total 2\n").endsWith("# EOF\n");
    }

    @Test
    void measuresTheVirtualMachine() {
        collector.add(9, new JvmMetrics(), 1);

        assertThat(page(false))
                .containsPattern("jvm_memory_used_bytes\\{area=\"heap\"\\} [1-9]")
                .containsPattern("process_cpu_seconds_total [0-9]")
                .containsPattern("process_open_fds [1-9]")
                .contains("jvm_threads_deadlocked 0\n", "forge_metrics_dropped_series 0\n");
    }
}
