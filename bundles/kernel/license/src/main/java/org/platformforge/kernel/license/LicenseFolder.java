package org.platformforge.kernel.license;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The folder {@code license} in an instance's data: {@code license.json}, the installation's id, and the latest time and the
 * highest serial that were ever seen. Each file is replaced in one step. Used under its caller's lock.
 */
final class LicenseFolder {
    private static final int ID_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final Path license;
    private final Path installation;
    private final Path seen;

    LicenseFolder(Path folder) {
        this.folder = folder;
        license = folder.resolve("license.json");
        installation = folder.resolve("installation");
        seen = folder.resolve("seen");
    }

    /** What no later moment may undo. */
    record Seen(Instant time, long serial) {
        static final Seen NOTHING = new Seen(Instant.EPOCH, 0);
    }

    Optional<byte[]> license() throws IOException {
        return Files.isRegularFile(license) ? Optional.of(Files.readAllBytes(license)) : Optional.empty();
    }

    void writeLicense(byte[] content) throws IOException {
        write(license, content);
    }

    void deleteLicense() throws IOException {
        Files.deleteIfExists(license);
    }

    /** Made when it is first asked for. */
    String installation() {
        try {
            if (!Files.isRegularFile(installation)) {
                byte[] random = new byte[ID_BYTES];
                RANDOM.nextBytes(random);
                write(installation, ("inst_" + HexFormat.of().formatHex(random)).getBytes(StandardCharsets.UTF_8));
            }
            return Files.readString(installation).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("The installation's id could not be kept", e);
        }
    }

    Seen seen() throws IOException {
        if (!Files.isRegularFile(seen)) {
            return Seen.NOTHING;
        }
        String[] parts = Files.readString(seen).strip().split(" ");
        try {
            return new Seen(Instant.parse(parts[0]), Long.parseLong(parts[1]));
        } catch (DateTimeException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Seen.NOTHING; // cut off: the next one is whole
        }
    }

    void writeSeen(Seen now) throws IOException {
        write(seen, (now.time() + " " + now.serial() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(
                folder,
                "draft",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(draft, content);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
