package org.platformforge.kernel.http.module;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which modules were installed or updated, with their JARs, in a folder outside the framework's cache: the cache may be wiped and
 * the features service knows the modules of the distribution only. One small file per module, replaced atomically. Used
 * under its caller's lock.
 */
final class UpdateRecords {
    /**
     * @param sha256 of the JAR, which is kept beside the record
     * @param added whether the distribution may be without the module, which was installed and not only updated
     */
    record Update(String symbolicName, Version version, String sha256, Path file, boolean added) {
        ModuleArchive archive() {
            return new ModuleArchive(file, symbolicName, version, sha256);
        }

        /** Whether the bundle was installed from this very JAR. */
        boolean isOf(Bundle bundle) {
            return bundle.getLocation().startsWith(ModuleSwitch.LOCATION + symbolicName + "/" + version + "/" + sha256);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(UpdateRecords.class);
    private static final String SUFFIX = ".update";

    private final Path folder;

    UpdateRecords(Path folder) {
        this.folder = folder;
    }

    /** Where an incoming JAR may be written; in the same file system as the records. */
    Path incoming() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempFile(folder, "incoming-", ".jar");
    }

    /** A record that was written and is not final yet. */
    final class Saved {
        private final Update now;
        private final Optional<Update> before;

        private Saved(Update now, Optional<Update> before) {
            this.now = now;
            this.before = before;
        }

        /** Deletes the JAR of the module's earlier update. */
        void confirm() throws IOException {
            if (before.isPresent() && !before.get().file().equals(now.file())) {
                Files.deleteIfExists(before.get().file());
            }
        }

        /** Puts the earlier record back, or none. */
        void undo() throws IOException {
            if (before.isEmpty()) {
                delete(now);
                return;
            }
            write(before.get());
            if (!before.get().file().equals(now.file())) {
                Files.deleteIfExists(now.file());
            }
        }
    }

    /**
     * Keeps the JAR and the record.
     *
     * @param added as in {@link Update#added}
     */
    Saved save(ModuleArchive archive, boolean added) throws IOException {
        Optional<Update> before = find(archive.symbolicName());
        Path file =
                folder.resolve(archive.symbolicName() + "-" + archive.sha256().substring(0, 16) + ".jar");
        Files.move(archive.file(), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Update update = new Update(archive.symbolicName(), archive.version(), archive.sha256(), file, added);
        write(update);
        return new Saved(update, before);
    }

    private void write(Update update) throws IOException {
        Properties record = new Properties();
        record.setProperty("version", update.version().toString());
        record.setProperty("sha256", update.sha256());
        record.setProperty("file", update.file().getFileName().toString());
        record.setProperty("added", Boolean.toString(update.added()));
        Path draft = Files.createTempFile(folder, update.symbolicName(), ".draft");
        try (OutputStream out = Files.newOutputStream(draft)) {
            record.store(out, null);
        }
        Files.move(
                draft,
                recordFile(update.symbolicName()),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    Optional<Update> find(String symbolicName) {
        Path file = recordFile(symbolicName);
        return Files.isRegularFile(file) ? read(file) : Optional.empty();
    }

    List<Update> all() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Update> updates = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .forEach(file -> read(file).ifPresent(updates::add));
        } catch (IOException e) {
            LOG.error("The records of updated modules in {} cannot be read", folder, e);
        }
        return updates;
    }

    void delete(Update update) throws IOException {
        Files.deleteIfExists(recordFile(update.symbolicName()));
        Files.deleteIfExists(update.file());
    }

    /** What an update that was cut off left behind. */
    void deleteLeftovers() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("incoming-") || name.endsWith(".draft")) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("Leftovers of cut-off updates in {} could not be deleted", folder, e);
        }
    }

    private Path recordFile(String symbolicName) {
        return folder.resolve(symbolicName + SUFFIX);
    }

    private Optional<Update> read(Path file) {
        Properties record = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            record.load(in);
            String name = file.getFileName().toString();
            return Optional.of(new Update(
                    name.substring(0, name.length() - SUFFIX.length()),
                    Version.parseVersion(record.getProperty("version")),
                    record.getProperty("sha256", ""),
                    folder.resolve(record.getProperty("file", "missing")),
                    Boolean.parseBoolean(record.getProperty("added"))));
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("The record {} of an updated module cannot be read and is ignored", file, e);
            return Optional.empty();
        }
    }
}
