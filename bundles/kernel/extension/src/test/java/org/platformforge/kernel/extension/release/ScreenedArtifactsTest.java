package org.platformforge.kernel.extension.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScreenedArtifactsTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void place() {
        file = folder.resolve("screened");
    }

    @Test
    void knowsAfterARestartWhatPassedUnderTheSameRules() {
        ScreenedArtifacts before = new ScreenedArtifacts("1.0.0 7", file);
        before.add("aa");
        before.add("bb");

        ScreenedArtifacts after = new ScreenedArtifacts("1.0.0 7", file);
        assertThat(after.contains("aa")).isTrue();
        assertThat(after.contains("bb")).isTrue();
        assertThat(after.contains("cc")).isFalse();
        assertThat(after.contains("1.0.0 7")).isFalse();
    }

    @Test
    void knowsNothingThatPassedUnderOtherRules() {
        new ScreenedArtifacts("1.0.0 7", file).add("aa");

        ScreenedArtifacts after = new ScreenedArtifacts("1.0.0 8", file);
        assertThat(after.contains("aa")).isFalse();
        after.add("bb");
        assertThat(new ScreenedArtifacts("1.0.0 8", file).contains("bb")).isTrue();
        assertThat(new ScreenedArtifacts("1.0.0 7", file).contains("aa")).isFalse();
    }

    @Test
    void doesWithoutAFile() throws IOException {
        ScreenedArtifacts nowhere = new ScreenedArtifacts("1.0.0 7", null);
        nowhere.add("aa");
        assertThat(nowhere.contains("aa")).isTrue();
        Files.createDirectory(file);
        ScreenedArtifacts unwritable = new ScreenedArtifacts("1.0.0 7", file);
        unwritable.add("aa");
        assertThat(unwritable.contains("aa")).isTrue();
    }
}
