package org.platformforge.driver.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    Path folder;

    @Test
    void rotatesUnderneathAWriterThatKeepsTheFileOpen() throws Exception {
        Path log = folder.resolve("app.log");
        try (FileOutputStream writer = new FileOutputStream(log.toFile(), true)) {
            for (String line : new String[] {"one\n", "two\n", "three\n"}) {
                writer.write(line.getBytes(StandardCharsets.UTF_8));
                LogFile.rotate(log, 2, 2);
            }
            writer.write("four\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.readString(log)).isEqualTo("four\n");
        assertThat(Files.readString(folder.resolve("app.log.1"))).isEqualTo("three\n");
        assertThat(Files.readString(folder.resolve("app.log.2"))).isEqualTo("two\n");
        assertThat(folder.resolve("app.log.3")).doesNotExist();
    }

    @Test
    void showsTheLastLines() throws Exception {
        Path log = Files.writeString(folder.resolve("app.log"), "one\ntwo\nthree\n");
        assertThat(LogFile.tail(log, 2)).containsExactly("two", "three");
        assertThat(LogFile.tail(log, 9)).hasSize(3);
        assertThat(LogFile.tail(folder.resolve("missing"), 9)).isEmpty();
        LogFile.rotate(log, 1, 2);
        Files.writeString(log, "four\n");
        assertThat(LogFile.tail(log, 3)).containsExactly("two", "three", "four");
        assertThat(LogFile.tail(log, 1)).containsExactly("four");
    }
}
