package org.platformforge.driver.process;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folders of the applications: {@code record.json}, the sealed environment, {@code work/}, {@code tmp/} and {@code log/}. Folders
 * are 0700 and files 0600. Records are replaced atomically and durably. Thread-safe for different resources.
 */
final class AppStore {
    /** What the application may write to. */
    static final String WORK = "work";
    /** Its {@code /tmp} where it runs in a sandbox. */
    static final String TEMPORARY = "tmp";

    private static final String RECORD = "record.json";

    private final Path root;
    private final ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());

    AppStore(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        directory(this.root);
    }

    Path root() {
        return root;
    }

    static boolean isId(String text) {
        return text.matches("[A-Za-z0-9_-]{1,64}");
    }

    Path folder(String resourceId) {
        if (!isId(resourceId)) {
            throw new IllegalArgumentException("Not the id of a resource");
        }
        return root.resolve(resourceId);
    }

    Path work(String resourceId) {
        return folder(resourceId).resolve(WORK);
    }

    Path log(String resourceId) {
        return folder(resourceId).resolve("log").resolve("app.log");
    }

    void create(String resourceId) throws IOException {
        directory(folder(resourceId));
        directory(work(resourceId));
        directory(folder(resourceId).resolve(TEMPORARY));
        directory(log(resourceId).getParent());
    }

    Optional<AppRecord> read(String resourceId) {
        Path file = folder(resourceId).resolve(RECORD);
        try {
            return Files.exists(file) ? Optional.of(json.readValue(file.toFile(), AppRecord.class)) : Optional.empty();
        } catch (JacksonException e) {
            throw new IllegalStateException("The record of " + resourceId + " cannot be read", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(AppRecord record) throws IOException {
        write(record.resourceId(), RECORD, json.writeValueAsBytes(record));
    }

    void write(String resourceId, String name, byte[] content) throws IOException {
        Path target = folder(resourceId).resolve(name);
        Path next = target.resolveSibling(name + ".new");
        Files.deleteIfExists(next);
        try (FileChannel channel = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
    }

    Optional<byte[]> content(String resourceId, String name) throws IOException {
        Path file = folder(resourceId).resolve(name);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    List<AppRecord> all() {
        List<AppRecord> records = new ArrayList<>();
        ids().forEach(id -> read(id).ifPresent(records::add));
        return records;
    }

    /** Of all folders, whether there is a record in them or not. */
    List<String> ids() {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, Files::isDirectory)) {
            folders.forEach(folder -> ids.add(folder.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids.stream().filter(AppStore::isId).toList();
    }

    void delete(String resourceId) throws IOException {
        clear(folder(resourceId));
    }

    /** Removes a folder with all that is in it; links are removed, not followed. */
    static void clear(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static Path directory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return path;
    }
}
