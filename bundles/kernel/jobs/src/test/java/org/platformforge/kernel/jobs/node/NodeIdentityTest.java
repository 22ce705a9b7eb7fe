package org.platformforge.kernel.jobs.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
    @TempDir
    Path folder;

    private String nameOfALife() throws IOException {
        try (NodeIdentity identity = NodeIdentity.acquire(folder.resolve("jobs"))) {
            return identity.name();
        }
    }

    @Test
    void isTheSameInEveryLife() throws IOException {
        String first = nameOfALife();

        assertThat(first).startsWith("node-").hasSizeLessThanOrEqualTo(50);
        assertThat(nameOfALife()).isEqualTo(first);
    }

    @Test
    void isAnotherOneWhileTheFirstLives() throws IOException {
        try (NodeIdentity first = NodeIdentity.acquire(folder);
                NodeIdentity second = NodeIdentity.acquire(folder)) {
            assertThat(second.name()).isNotEqualTo(first.name());
        }
    }

    @Test
    void isAnotherOneWhileAnotherProcessHasTheFirst() throws Exception {
        String first = NodeIdentityHolder.named(folder);
        Process holder = NodeIdentityHolder.start(folder);
        try (var reader = holder.inputReader()) {
            assertThat(reader.readLine()).isEqualTo(first);
            try (NodeIdentity other = NodeIdentity.acquire(folder)) {
                assertThat(other.name()).isNotEqualTo(first);
            }
            holder.destroyForcibly().waitFor();
            try (NodeIdentity again = NodeIdentity.acquire(folder)) {
                assertThat(again.name()).isEqualTo(first);
            }
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void isNewInACopyOfTheFolder() throws IOException {
        String original = nameOfALife();
        Path copy = Files.createDirectories(folder.resolve("copy"));
        Files.copy(folder.resolve("jobs/node-0"), copy.resolve("node-0"));

        try (NodeIdentity other = NodeIdentity.acquire(copy)) {
            assertThat(other.name()).isNotEqualTo(original);
        }
    }

    @Test
    void isNewWhenTheFileIsTornAtAnyByte() throws IOException {
        String original = nameOfALife();
        Path file = folder.resolve("jobs/node-0");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length - 1; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(nameOfALife())
                    .as("torn at %d", length)
                    .startsWith("node-")
                    .isNotEqualTo(original);
        }
    }
}
