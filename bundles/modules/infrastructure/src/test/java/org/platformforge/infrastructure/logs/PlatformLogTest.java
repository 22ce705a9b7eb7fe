package org.platformforge.infrastructure.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.infrastructure.logs.LogStore.Numbered;
import org.platformforge.kernel.api.security.Tenants;

class PlatformLogTest {
    @TempDir
    private Path folder;

    private Path current;
    private LogStores stores;
    private PlatformLog log;

    record Config(String folder) implements LogConfig {
        @Override
        public int platform_max_mb() {
            return 10;
        }

        @Override
        public int tenant_max_mb() {
            return 10;
        }

        @Override
        public int keep_days() {
            return 36_500;
        }

        @Override
        public String types() {
            return "application, worker";
        }

        @Override
        public int streams() {
            return 1;
        }

        @Override
        public int stream_seconds() {
            return 1;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return LogConfig.class;
        }
    }

    @BeforeEach
    void make() {
        current = folder.resolve("platform.log");
        begin();
    }

    private void begin() {
        stores = new LogStores(new Config(folder.resolve("stores").toString()));
        log = new PlatformLog(stores, folder);
    }

    @AfterEach
    void end() {
        stores.close();
    }

    private static String line(String time, String level, String service, String message) {
        return "2026-01-01T" + time + "Z " + level + " [main] Some (" + service + ") req_1 " + message + "\n";
    }

    private static String info(String message) {
        return line("03:00:00.000", "INFO ", "b", message);
    }

    private void roll(int number) throws IOException {
        Path rolled = folder.resolve("platform-" + number + ".log");
        Files.move(current, rolled);
        Files.createFile(current);
    }

    private void compress(int number) throws IOException {
        Path plain = folder.resolve("platform-" + number + ".log");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(plain + ".gz")))) {
            Files.copy(plain, out);
        }
        Files.delete(plain);
    }

    private void write(String text) throws IOException {
        Files.write(
                current, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Oldest first. */
    private List<LogEntry> all() {
        log.run();
        List<LogEntry> found = new ArrayList<>(stores
                .read(Tenants.PLATFORM)
                .orElseThrow()
                .find(new LogQuery(null, null, null, null, null, null, 1000), 0)
                .lines()
                .stream()
                .map(Numbered::entry)
                .toList());
        Collections.reverse(found);
        return found;
    }

    private List<String> messages() {
        return all().stream().map(LogEntry::message).toList();
    }

    @Test
    void readsEventsWithTheirStackTraces() throws IOException {
        write("\tat a line of an older event\n"
                + line("03:00:00.000", "ERROR", "org.platformforge.auth", "four")
                + "java.lang.Exception: x\n\tat Somewhere\n"
                + info("five"));
        assertThat(all())
                .satisfiesExactly(
                        four -> {
                            assertThat(four.level()).isEqualTo("error");
                            assertThat(four.service()).isEqualTo("auth");
                            assertThat(four.requestId()).isEqualTo("req_1");
                            assertThat(four.stackTrace()).isEqualTo("java.lang.Exception: x\n\tat Somewhere");
                        },
                        five -> assertThat(five.message()).isEqualTo("five"));
    }

    @Test
    void losesAndRepeatsNothingWhileFilesAreRolledAndCompressed() throws IOException {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String message = "event " + i;
            write(info(message));
            written.add(message);
            if (i % 3 == 0) {
                assertThat(messages()).isEqualTo(written);
            }
            if (i % 7 == 6) {
                roll(i / 7 + 1);
            }
            if (i % 7 == 2 && i > 7) {
                compress(i / 7);
            }
        }
        assertThat(messages()).isEqualTo(written);
    }

    @Test
    void goesOnWhereAnEarlierGenerationWas() throws IOException {
        write(info("one"));
        assertThat(messages()).containsExactly("one");
        LogStores former = stores;
        begin();
        write(info("two"));
        log.run(); // the former one still has the store
        assertThat(stores.read(Tenants.PLATFORM)).isPresent();
        former.close();
        assertThat(messages()).containsExactly("one", "two");
    }

    @Test
    void waitsForTheRestOfALine() throws IOException {
        String second = info("two");
        write(info("one") + second.substring(0, 20));
        assertThat(messages()).containsExactly("one");
        write(second.substring(20));
        assertThat(messages()).containsExactly("one", "two");
    }

    @Test
    void readsFilesLargerThanAChunk() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            text.append(line("03:00:00.000", "WARN ", "b", "event " + i)).append(i % 100 == 0 ? "\tat Trace\n" : "");
        }
        write(text.toString());
        log.run();
        LogStore store = stores.read(Tenants.PLATFORM).orElseThrow();
        LogStore.Found found = store.find(new LogQuery(null, null, null, null, null, null, 10), 0);
        assertThat(found.total()).isEqualTo(60_000);
        assertThat(store.find(new LogQuery(null, null, null, null, null, Phrase.of("Trace"), 10), 0)
                        .total())
                .isEqualTo(600);
    }

    @Test
    void hasNothingWhereThereIsNoLog() {
        assertThat(all()).isEmpty();
    }
}
