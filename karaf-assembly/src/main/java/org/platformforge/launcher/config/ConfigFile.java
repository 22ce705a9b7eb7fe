package org.platformforge.launcher.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A .cfg file, with the line of each key and the comment before it. Immutable. */
record ConfigFile(Path path, String intro, List<Entry> entries, List<Integer> unreadable) {
    /** @param line of the key, from 1; @param comment what stands right before it, and before those that share it */
    record Entry(String key, String value, int line, String comment) {}

    String pid() {
        String name = path.toFile().getName();
        return name.substring(0, name.length() - ".cfg".length());
    }

    static ConfigFile read(Path path) throws IOException {
        List<String> lines = Files.readAllLines(path, StandardCharsets.UTF_8);
        List<Entry> entries = new ArrayList<>();
        List<Integer> unreadable = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        String intro = null;
        boolean used = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                intro = intro == null ? String.join(" ", comment) : intro;
                comment.clear();
                used = false;
            } else if (line.startsWith("#") || line.startsWith("!")) {
                if (used) {
                    comment.clear();
                    used = false;
                }
                comment.add(line.substring(1).strip());
            } else {
                int first = i;
                StringBuilder whole = new StringBuilder(line);
                while (whole.length() > 0 && whole.charAt(whole.length() - 1) == '\\' && i + 1 < lines.size()) {
                    whole.setLength(whole.length() - 1);
                    whole.append(lines.get(++i).strip());
                }
                int equals = separator(whole);
                if (equals < 1) {
                    unreadable.add(first + 1);
                } else {
                    entries.add(new Entry(
                            whole.substring(0, equals).strip(),
                            whole.substring(equals + 1).strip(),
                            first + 1,
                            String.join(" ", comment)));
                }
                used = true;
            }
        }
        return new ConfigFile(path, intro == null ? "" : intro, List.copyOf(entries), List.copyOf(unreadable));
    }

    private static int separator(CharSequence line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '=' || line.charAt(i) == ':') {
                return i;
            }
        }
        return -1;
    }
}
