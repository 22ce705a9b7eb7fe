package org.platformforge.infrastructure.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.infrastructure.logs.LogStore.Found;
import org.platformforge.infrastructure.logs.LogStore.Numbered;
import org.platformforge.infrastructure.logs.LogStore.Tail;

class LogStoreTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> SERVICES = List.of("api", "worker", "web-größe");

    @TempDir
    private Path folder;

    private static LogEntry line(int i, Random random) {
        return new LogEntry(
                START.plusMillis(i * 100L + random.nextInt(500)), // not quite in order, as of several threads
                Block.LEVELS.get(random.nextInt(Block.LEVELS.size())),
                SERVICES.get(random.nextInt(SERVICES.size())),
                random.nextBoolean() ? "production" : "staging",
                "instance-1",
                null,
                random.nextInt(3) == 0 ? "req_" + i : null,
                "Order " + i + " of client-" + random.nextInt(50) + " Größe ok",
                random.nextInt(10) == 0 ? "java.lang.Exception: cause" + i + "\n\tat Somewhere" : null);
    }

    private static List<LogEntry> some(int count) {
        Random random = new Random(5);
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(line(i, random));
        }
        return entries;
    }

    private LogStore filled(List<LogEntry> entries) {
        LogStore store = LogStore.open(folder);
        for (int i = 0; i < entries.size(); i += 333) {
            store.append("source", String.valueOf(i), entries.subList(i, Math.min(entries.size(), i + 333)));
        }
        return store;
    }

    private static LogQuery query(String level, String service, String text) {
        return new LogQuery(level, service, null, null, null, text == null ? null : Phrase.of(text), 100);
    }

    private static LogQuery random(Random random) {
        Instant from = START.plusMillis(random.nextInt(1_000_000));
        return new LogQuery(
                random.nextBoolean() ? null : Block.LEVELS.get(random.nextInt(6)),
                random.nextBoolean() ? null : SERVICES.get(random.nextInt(3)),
                random.nextInt(4) > 0 ? null : "staging",
                random.nextBoolean() ? null : from,
                random.nextBoolean() ? null : from.plusSeconds(random.nextInt(900)),
                random.nextInt(3) > 0 ? null : Phrase.of("CLIENT-" + random.nextInt(50)),
                1 + random.nextInt(300));
    }

    /** Every query finds, page by page, what looking at each line finds. */
    @Test
    void findsWhatAScanOfEveryLineFinds() {
        List<LogEntry> entries = some(10_000);
        try (LogStore store = filled(entries)) {
            Random random = new Random(9);
            for (int i = 0; i < 60; i++) {
                LogQuery query = random(random);
                List<LogEntry> expected =
                        new ArrayList<>(entries.stream().filter(query::matches).toList());
                Collections.reverse(expected);
                List<LogEntry> found = new ArrayList<>();
                Found page = store.find(query, 0);
                assertThat(page.total()).as(query.toString()).isEqualTo(expected.size());
                assertThat(page.capped()).isFalse();
                for (; ; page = store.find(query, page.next())) {
                    page.lines().forEach(one -> found.add(one.entry()));
                    if (page.next() == 0) {
                        break;
                    }
                    assertThat(page.lines()).as(query.toString()).hasSize(query.limit());
                }
                assertThat(found).as(query.toString()).isEqualTo(expected);
            }
        }
    }

    @Test
    void findsWordsInMessagesTracesAndRequestIdsWhateverTheirCase() {
        try (LogStore store = filled(some(5000))) {
            assertThat(store.find(query(null, null, "ORDER 4321"), 0).lines())
                    .singleElement()
                    .satisfies(one -> assertThat(one.entry().message()).startsWith("Order 4321 "));
            assertThat(store.find(query(null, null, "order 432"), 0).lines())
                    .singleElement()
                    .satisfies(one -> assertThat(one.entry().message()).startsWith("Order 432 "));
            assertThat(store.find(query(null, null, "gRÖSSE"), 0).lines()).isEmpty();
            assertThat(store.find(query(null, null, "GRÖßE ok"), 0).total()).isEqualTo(5000);
            LogEntry traced = some(5000).stream()
                    .filter(one -> one.stackTrace() != null && one.requestId() != null)
                    .findFirst()
                    .orElseThrow();
            String cause = traced.stackTrace().split("[ \n]")[1];
            assertThat(store.find(query(null, null, cause), 0).lines()).hasSize(1);
            assertThat(store.find(query(null, null, traced.requestId()), 0).lines())
                    .hasSize(1);
        }
    }

    @Test
    void keepsLinesAndPlacesTogetherWhenItIsOpenedAgain() {
        List<LogEntry> entries = some(3000);
        try (LogStore store = filled(entries)) {
            assertThat(store.find(query(null, null, null), 0).total()).isEqualTo(3000);
        }
        try (LogStore again = LogStore.open(folder)) {
            assertThat(again.position("source")).isEqualTo("2997");
            assertThat(again.next()).isEqualTo(3001);
            assertThat(again.find(query(null, null, null), 0).total()).isEqualTo(3000);
            assertThat(again.find(query(null, null, null), 0).lines().get(0).entry())
                    .isEqualTo(entries.get(2999));
        }
    }

    /** What a crash leaves: a store that was not closed, a block without its record, a record that is cut short. */
    @Test
    void goesBackToTheLastWholeBlockAfterACrash() throws IOException {
        List<LogEntry> entries = some(3000);
        try (LogStore store = filled(entries)) {
            Path copy = Files.createDirectory(folder.resolve("crashed"));
            Path index = null;
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = Files.copy(file, copy.resolve(file.getFileName()));
                    index = Segment.isIndex(to) ? to : index;
                    if (to.toString().endsWith(".log")) {
                        Files.write(to, new byte[5000], StandardOpenOption.APPEND);
                    }
                }
            }
            Files.write(index, new byte[] {0, 0, 1, 0, 1, 2, 3, 4, 5}, StandardOpenOption.APPEND);
            try (LogStore crashed = LogStore.open(copy)) {
                int whole = (int) crashed.next() - 1;
                assertThat(whole).isBetween(1000, 2999);
                int known = Integer.parseInt(crashed.position("source"));
                assertThat(known).isLessThanOrEqualTo(whole);
                crashed.append("source", "2999", entries.subList(whole, 3000));
                crashed.flush();
                assertThat(crashed.find(query(null, null, null), 0).total()).isEqualTo(3000);
                assertThat(crashed.find(query(null, null, "Order 2"), 0).lines())
                        .hasSize(1);
            }
        }
    }

    @Test
    void leavesOutADamagedBlockAndShowsTheOthers() throws IOException {
        try (LogStore store = filled(some(4096))) {
            store.flush();
        }
        Path data;
        try (Stream<Path> files = Files.list(folder)) {
            data = files.filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(data);
        bytes[100] ^= 1;
        Files.write(data, bytes);
        try (LogStore store = LogStore.open(folder)) {
            LogQuery all = new LogQuery(null, null, null, null, null, Phrase.of("order"), 5000);
            assertThat(store.find(all, 0).lines()).hasSize(4096 - 4 * 333);
        }
    }

    @Test
    void followsFromANumberOldestFirst() {
        List<LogEntry> entries = some(5000);
        try (LogStore store = filled(entries)) {
            LogQuery errors = query("error", null, null);
            List<LogEntry> expected = entries.stream().filter(errors::matches).toList();
            List<LogEntry> found = new ArrayList<>();
            long number = 0;
            for (Tail tail = store.after(number, errors); !tail.lines().isEmpty(); ) {
                tail.lines().stream().map(Numbered::entry).forEach(found::add);
                number = tail.next();
                tail = store.after(number, errors);
            }
            assertThat(found).isEqualTo(expected);
            LogEntry fresh = LogEntry.of(START, "error", "api", "L", null, "fresh");
            store.append("source", "x", List.of(fresh));
            assertThat(store.after(number, errors).lines())
                    .singleElement()
                    .satisfies(one -> assertThat(one.entry()).isEqualTo(fresh));
        }
    }

    @Test
    void removesOldSegmentsAndKeepsWhatIsWritten() {
        try (LogStore store = LogStore.open(folder)) {
            for (int day = 0; day < 5; day++) {
                Instant at = START.plus(Duration.ofDays(day * 2L));
                store.append("s", "" + day, List.of(LogEntry.of(at, "info", "a", "L", null, "day " + day)));
                store.flush();
            }
            store.retain(Long.MAX_VALUE, START.plus(Duration.ofDays(3)));
            assertThat(store.find(query(null, null, null), 0).lines())
                    .extracting(one -> one.entry().message())
                    .containsExactly("day 4", "day 3", "day 2");
            store.retain(0, Instant.EPOCH);
            assertThat(store.find(query(null, null, null), 0).lines())
                    .extracting(one -> one.entry().message())
                    .containsExactly("day 4");
        }
    }

    @Test
    void hasOneWriter() {
        try (LogStore writer = filled(some(1500));
                LogStore other = LogStore.open(folder)) {
            assertThat(writer.writable()).isTrue();
            assertThat(other.writable()).isFalse();
            assertThat(other.find(query(null, null, null), 0).total()).isEqualTo(4 * 333);
            assertThatThrownBy(() -> other.append("source", "1", some(1100))).isInstanceOf(UncheckedIOException.class);
        }
        try (LogStore next = LogStore.open(folder)) {
            assertThat(next.writable()).isTrue();
        }
    }
}
