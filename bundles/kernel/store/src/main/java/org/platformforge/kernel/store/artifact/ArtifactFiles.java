package org.platformforge.kernel.store.artifact;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's files of artifacts, {@code sha256/<two digits>/<the others>}. Thread-safe. */
final class ArtifactFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactFiles.class);
    /** Somebody may have put it there whose transaction is not seen yet, or have been given it a moment ago. */
    private static final Duration YOUNG = Duration.ofHours(1);

    private final Path root;

    ArtifactFiles(Path root) {
        this.root = root;
    }

    static Path folder(BundleContext context) {
        String data = context.getProperty("forge.data");
        return Path.of(data == null ? "data" : data, "artifacts").toAbsolutePath();
    }

    Path root() {
        return root;
    }

    Path of(String sha256) {
        return root.resolve("sha256").resolve(sha256.substring(0, 2)).resolve(sha256.substring(2));
    }

    /**
     * Removes files that no tenant has. Whoever should need one after all fetches it anew.
     *
     * @param known the digests of all tenants that begin with the given digits
     */
    void removeUnknown(Function<String, Set<String>> known) {
        Path folder = root.resolve("sha256");
        try {
            for (int i = 0; i < 256; i++) {
                String digits = HexFormat.of().toHexDigits((byte) i);
                if (Files.isDirectory(folder.resolve(digits))) {
                    removeUnknown(folder.resolve(digits), digits, known);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("Files of removed artifacts could not be removed: {}", e.getMessage());
        }
    }

    private static void removeUnknown(Path prefix, String digits, Function<String, Set<String>> known)
            throws IOException {
        FileTime young = FileTime.from(Instant.now().minus(YOUNG));
        try (DirectoryStream<Path> old = Files.newDirectoryStream(
                prefix, file -> Files.getLastModifiedTime(file).compareTo(young) < 0)) {
            Set<String> kept = null;
            for (Path file : old) {
                kept = kept == null ? known.apply(digits) : kept;
                if (!kept.contains(digits + file.getFileName())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
