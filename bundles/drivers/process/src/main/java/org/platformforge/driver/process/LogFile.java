package org.platformforge.driver.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * An application's output. The application holds the file open for appending, also while no platform runs, so rotation
 * copies it and cuts it to nothing instead of renaming it; lines written between the two are lost.
 */
final class LogFile {
    private static final int LARGEST_TAIL = 1 << 20;

    private LogFile() {}

    static void rotate(Path file, long limit, int keep) throws IOException {
        if (size(file) <= limit) {
            return;
        }
        for (int i = keep - 1; i >= 1; i--) {
            Path older = numbered(file, i);
            if (Files.exists(older)) {
                Files.move(older, numbered(file, i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (keep > 0) {
            Files.copy(file, numbered(file, 1), StandardCopyOption.REPLACE_EXISTING);
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(0);
        }
    }

    /** The last lines, oldest first; at most a MiB of each file. A rotated file goes on with the one before. */
    static List<String> tail(Path file, int lines) throws IOException {
        if (!Files.exists(file) || lines <= 0) {
            return List.of();
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, open.length() - LARGEST_TAIL);
            open.seek(from);
            byte[] end = new byte[(int) (open.length() - from)];
            open.readFully(end);
            List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
            List<String> last = all.subList(Math.max(0, all.size() - lines), all.size());
            if (from > 0 || last.size() == lines || !Files.exists(numbered(file, 1))) {
                return last;
            }
            List<String> whole = new ArrayList<>(tail(numbered(file, 1), lines - last.size()));
            whole.addAll(last);
            return List.copyOf(whole);
        }
    }

    /** Zero for a file that is not there, or not any more: its application may be deleted at this moment. */
    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static Path numbered(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
