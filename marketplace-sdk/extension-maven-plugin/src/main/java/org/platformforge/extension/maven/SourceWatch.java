package org.platformforge.extension.maven;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Looks again and again whether files have changed: their names, sizes and times, which is the same on every system and file system.
 * Not thread-safe.
 */
final class SourceWatch {
    private static final long PAUSE_MILLIS = 200;

    private final List<Path> roots;
    private Map<Path, String> seen;

    /** @param roots files and folders; need not be there */
    SourceWatch(List<Path> roots) throws IOException {
        this.roots = List.copyOf(roots);
        this.seen = look();
    }

    /** Returns when files have changed and are not being written any more. */
    void await() throws IOException, InterruptedException {
        Map<Path, String> last = seen;
        while (true) {
            Thread.sleep(PAUSE_MILLIS);
            Map<Path, String> now = look();
            if (now.equals(last) && !now.equals(seen)) {
                seen = now;
                return;
            }
            last = now;
        }
    }

    private Map<Path, String> look() throws IOException {
        Map<Path, String> files = new HashMap<>();
        for (Path root : roots) {
            if (Files.exists(root)) {
                try (Stream<Path> all = Files.walk(root)) {
                    for (Path file : all.toList()) {
                        note(file, files);
                    }
                } catch (UncheckedIOException e) {
                    // a folder was removed while we looked: the next look sees what is left
                }
            }
        }
        return files;
    }

    private static void note(Path file, Map<Path, String> files) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isRegularFile()) {
                files.put(file, attributes.size() + " " + attributes.lastModifiedTime());
            }
        } catch (NoSuchFileException e) {
            // removed while we looked
        }
    }
}
