package org.platformforge.auth.domain.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes messages into a folder instead of sending them, readable by the platform's own user only. */
final class OutboxFolder implements Sender {
    private final Path folder;

    OutboxFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public void send(Message message) throws DeliveryException {
        String subject = message.subject() == null ? "" : "Subject: " + message.subject() + "\n";
        String content = "To: " + message.to() + "\n" + subject + "\n" + message.text();
        Path file = folder.resolve(message.id() + ".txt");
        Path next = folder.resolve(message.id() + ".new");
        try {
            Files.createDirectories(folder, ownerOnly("rwx------"));
            Files.deleteIfExists(next);
            Files.createFile(next, ownerOnly("rw-------"));
            Files.writeString(next, content, StandardCharsets.UTF_8);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new DeliveryException("The outbox folder cannot be written: " + e.getMessage(), false, e);
        }
    }

    /** None where the file system has no modes. */
    private static FileAttribute<?>[] ownerOnly(String mode) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
