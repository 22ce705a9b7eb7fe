package org.platformforge.infrastructure.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformLogTest {
    @TempDir
    private Path folder;

    private PlatformLog log;

    @BeforeEach
    void make() {
        log = new PlatformLog(folder);
    }

    private static String line(String time, String level, String service, String message) {
        return "2026-01-01T" + time + "Z " + level + " [main] Some (" + service + ") req_1 " + message + "\n";
    }

    private void rolled(int number, String text) throws IOException {
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(folder.resolve("platform-" + number + ".log.gz")))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void three() throws IOException {
        rolled(1, line("01:00:00.000", "INFO ", "org.platformforge.auth", "one"));
        rolled(
                2,
                line("02:00:00.000", "WARN ", "org.platformforge.auth", "two")
                        + line("02:30:00.000", "INFO ", "b", "three"));
        Files.writeString(
                folder.resolve("platform.log"),
                "\tat a line of an older event\n"
                        + line("03:00:00.000", "ERROR", "org.platformforge.auth", "four")
                        + "java.lang.Exception: token=abc\n\tat Somewhere\n"
                        + line("03:00:00.000", "INFO ", "b", "five"));
    }

    private static LogQuery query(String level, String service, String from, String to, int limit) {
        return new LogQuery(level, service, time(from), time(to), limit, 0);
    }

    private static Instant time(String text) {
        return text == null ? null : Instant.parse("2026-01-01T" + text + "Z");
    }

    private List<String> messages(LogQuery query) throws IOException {
        return log.find(query).entries().stream().map(LogEntry::message).toList();
    }

    @Test
    void secretsAreBlanked() {
        for (String text : List.of(
                "password=hunter2 x",
                "\"client_secret\": \"hunter2\"",
                "Authorization: Bearer hunter2hunter2",
                "sent bearer hunter2hunter2",
                "api_key: hunter2",
                "eyJhbGciOiJIUzI1NiJ9.hunter2.hunter2")) {
            assertThat(Secrecy.blank(text)).doesNotContain("hunter2").contains("***");
        }
        assertThat(Secrecy.blank("The token of a session has ended")).isEqualTo("The token of a session has ended");
    }

    @Test
    void aCursorOfSomebodyElsesIsNone() {
        LogQuery query = query(null, null, null, null, 10);
        for (String cursor : List.of("x", "%", "bm9uZQ", LogQuery.cursor(Instant.EPOCH, -1), "\0")) {
            assertThat(query.at(cursor)).isNull();
        }
    }

    @Test
    void newestFirstOverAllFilesAndFiltered() throws IOException {
        three();
        assertThat(messages(query(null, null, null, null, 10))).containsExactly("five", "four", "three", "two", "one");
        assertThat(messages(query("warn", null, null, null, 10))).containsExactly("two");
        assertThat(messages(query(null, "auth", null, null, 10))).containsExactly("four", "two", "one");
        assertThat(messages(query(null, null, "02:00:00.000", "02:30:00.000", 10)))
                .containsExactly("three", "two");
        assertThat(messages(query(null, null, "04:00:00.000", null, 10))).isEmpty();
        LogEntry four = log.find(query("error", null, null, null, 1)).entries().get(0);
        assertThat(four.stackTrace()).isEqualTo("java.lang.Exception: token=***\n\tat Somewhere");
        assertThat(four.requestId()).isEqualTo("req_1");
    }

    @Test
    void pagesLoseNothingAndRepeatNothing() throws IOException {
        three();
        List<String> all = new ArrayList<>();
        LogQuery query = query(null, null, null, null, 1);
        PlatformLog.Found found = log.find(query);
        assertThat(found.total()).isEqualTo(5);
        assertThat(found.capped()).isFalse();
        while (found.next() != null) {
            found.entries().forEach(entry -> all.add(entry.message()));
            found = log.find(query.at(found.next()));
        }
        found.entries().forEach(entry -> all.add(entry.message()));
        assertThat(all).as("two of them at the same moment").containsExactly("five", "four", "three", "two", "one");
    }

    @Test
    void noFilesNoEvents() throws IOException {
        assertThat(messages(query(null, null, null, null, 10))).isEmpty();
        assertThat(new PlatformLog(folder.resolve("none"))
                        .find(query(null, null, null, null, 10))
                        .total())
                .isZero();
    }
}
