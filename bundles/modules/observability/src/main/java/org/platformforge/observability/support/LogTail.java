package org.platformforge.observability.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The end of a file of lines. Stateless. */
final class LogTail {
    private static final int LARGEST = 32 * 1024 * 1024;

    private LogTail() {}

    /** @param lines at most; fewer when they are more than 32 MB */
    static String of(Path file, int lines) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            int length = (int) Math.min(LARGEST, in.length());
            byte[] end = new byte[length];
            in.seek(in.length() - length);
            in.readFully(end);
            int from = length;
            int left = lines;
            while (from > 0) {
                if (end[from - 1] == '\n' && from < length && --left == 0) {
                    break;
                }
                from--;
            }
            return new String(end, from, length - from, StandardCharsets.UTF_8);
        }
    }
}
