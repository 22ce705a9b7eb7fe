package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapFileTest {
    @TempDir
    Path data;

    @Test
    void isReadableByItsOwnerOnlyAndReadBack() throws Exception {
        Path file = data.resolve("new/bootstrap-admin.json");
        BootstrapFile written = new BootstrapFile("admin@example.com", "s3cret");
        written.write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(BootstrapFile.read(file)).contains(written);
        assertThat(written.toString()).doesNotContain("s3cret");
    }

    @Test
    void takesATornFileForNone() throws Exception {
        Path file = data.resolve("bootstrap-admin.json");
        new BootstrapFile("admin@example.com", "s3cret").write(file);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(BootstrapFile.read(file)).as("cut at %s", length).isEmpty();
        }
    }
}
