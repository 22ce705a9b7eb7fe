package org.platformforge.infrastructure.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Numbers in the small files of Linux; what is not there, or no number, is empty. */
final class Numbers {
    private Numbers() {}

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    static OptionalLong number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? OptionalLong.empty() : parse(lines.get(0));
    }

    /** The number behind a name at the beginning of a line, as in {@code MemTotal: 123 kB}. */
    static OptionalLong field(Path file, String name) {
        for (String line : lines(file)) {
            String[] parts = line.strip().split("[:\\s]+");
            if (parts.length > 1 && parts[0].equals(name)) {
                return parse(parts[1]);
            }
        }
        return OptionalLong.empty();
    }

    static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
