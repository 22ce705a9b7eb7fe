package org.platformforge.infrastructure.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.infrastructure.logs.LogStore.Numbered;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.LogTail;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.store.testing.TestCaller;

class ApplicationLogsTest {
    private static final String A = "ten_a";
    private static final String B = "ten_b";

    @TempDir
    private Path folder;

    private final Engine engine = new Engine();
    private LogStores stores;
    private ApplicationLogs collector;

    /** An engine that has the last lines of its instances. */
    private static final class Engine implements Resources {
        final Map<String, List<String>> lines = new HashMap<>();
        List<InUse> there = List.of(
                new InUse(A, "res-1", "instance-1", "shop", "production"),
                new InUse(B, "res-2", "instance-1", null, null));

        @Override
        public List<InUse> inUse(Set<String> types) {
            return types.contains("application") ? there : List.of();
        }

        @Override
        public List<String> logs(String tenantId, String id, int tail) {
            List<String> all = lines.getOrDefault(id, List.of());
            return List.copyOf(all.subList(Math.max(0, all.size() - tail), all.size()));
        }

        @Override
        public List<FieldError> objections(String tenantId, Wanted wanted) {
            return List.of();
        }

        @Override
        public Map<String, String> apply(StepContext context, Wanted wanted) {
            return Map.of();
        }

        @Override
        public void remove(StepContext context, String id) {
            lines.remove(id);
        }

        @Override
        public Optional<Seen> find(String tenantId, String id) {
            return Optional.empty();
        }
    }

    @BeforeEach
    void begin() {
        stores = new LogStores(new PlatformLogTest.Config(folder.toString()));
        collector = new ApplicationLogs(stores);
        collector.resources = engine;
    }

    @AfterEach
    void end() {
        stores.close();
    }

    private void write(String id, String... lines) {
        engine.lines.computeIfAbsent(id, key -> new ArrayList<>()).addAll(List.of(lines));
    }

    /** Quiet ones are asked every sixth round. */
    private void collect() {
        IntStream.range(0, 6).forEach(round -> collector.run());
    }

    private List<LogEntry> all(String tenant) {
        LogService service = new LogService(stores, new PlatformLog(stores, folder.resolve("none")));
        List<LogEntry> found =
                new ArrayList<>(service
                        .find(new TestCaller(tenant, "u"), new LogQuery(null, null, null, null, null, null, 1000), 0)
                        .lines()
                        .stream()
                        .map(Numbered::entry)
                        .toList());
        Collections.reverse(found);
        return found;
    }

    private List<String> messages(String tenant) {
        return all(tenant).stream().map(LogEntry::message).toList();
    }

    @Test
    void aTenantSeesTheLinesOfItsOwnApplications() {
        write("res-1", "started", "ERROR no room password=hunter2", "\tat Somewhere", "Caused by: x");
        write("res-2", "other");
        collect();
        assertThat(all(A))
                .satisfiesExactly(
                        started -> {
                            assertThat(started.service()).isEqualTo("shop");
                            assertThat(started.environment()).isEqualTo("production");
                            assertThat(started.instance()).isEqualTo("instance-1");
                            assertThat(started.level()).isEqualTo("info");
                        },
                        error -> {
                            assertThat(error.level()).isEqualTo("error");
                            assertThat(error.message()).doesNotContain("hunter2");
                            assertThat(error.stackTrace()).isEqualTo("\tat Somewhere\nCaused by: x");
                        });
        assertThat(all(B))
                .singleElement()
                .satisfies(one -> assertThat(one.service()).isEqualTo("instance-1"));
        assertThat(all("ten_c")).isEmpty();
    }

    @Test
    void linesAreCollectedOnceOverRestarts() {
        write("res-1", "one", "one");
        collect();
        write("res-1", "one");
        collect();
        stores.close();
        begin();
        write("res-1", "two");
        collect();
        assertThat(messages(A)).containsExactly("one", "one", "one", "two");
    }

    @Test
    void whatTheEngineNoLongerHasIsMarkedAndCounted() {
        write("res-1", "first");
        collect();
        IntStream.range(0, LogTail.WINDOW + 500).forEach(i -> write("res-1", "line " + i));
        collect();
        assertThat(stores.figures().missed()).isEqualTo(1);
        LogQuery gap = new LogQuery("warn", null, null, null, null, Phrase.of(ApplicationLogs.GAP), 10);
        assertThat(stores.read(A).orElseThrow().find(gap, 0).lines()).hasSize(1);
        assertThat(messages(A)).contains("line 2499").doesNotContain("line 100");
    }

    @Test
    void whatIsTooOldOfATenantWhoseApplicationsAreGoneIsRemoved() {
        Instant now = Instant.now();
        for (String tenant : List.of(A, B)) {
            Instant at = tenant.equals(A) ? now.minus(Duration.ofDays(40_000)) : now;
            try (LogStore store = LogStore.open(folder.resolve(tenant))) {
                store.append("x", "1", List.of(LogEntry.of(at, "info", "shop", "L", null, "old")));
            }
        }
        stores.expire();
        assertThat(messages(A)).isEmpty();
        assertThat(messages(B)).containsExactly("old");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-01-01 10:00:00 WARNING slow | warn",
                "[ERROR] no | error",
                "CRITICAL:root:no | fatal",
                "{\"msg\":\"x\",\"level\":\"debug\"} | debug",
                "{\"msg\":\"ERROR\"} | info",
                "no ERRORS here | info",
                "GET / 200 | info"
            })
    void levelsAreWhatLinesSay(String line, String level) {
        assertThat(Levels.of(line)).isEqualTo(level);
    }
}
