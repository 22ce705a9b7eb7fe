package org.platformforge.observability.support;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** {@code diagnostics} in the data folder: what is written there is the platform's user's alone to read. Stateless. */
final class Folder {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private Folder() {}

    /** A new, empty file of mode 600. */
    static Path file(Path data, String prefix, String suffix) throws IOException {
        Path folder = data.resolve("diagnostics");
        if (!Files.isDirectory(folder)) {
            try {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                // somebody else made it just now
            }
        }
        return Files.createFile(
                folder.resolve(prefix + STAMP.format(Instant.now()) + suffix),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
