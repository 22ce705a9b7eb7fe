package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What an upgrade makes of the operator's folder of settings. Nothing is written here.
 *
 * @param changes by file name, sorted
 * @param conflicts by file name; those a choice has decided, too
 * @param notes what the operator should know, a sentence each
 */
record Settings(Map<String, Change> changes, Map<String, List<Merge.Conflict>> conflicts, List<String> notes) {

    private static final Pattern SECRET =
            Pattern.compile("(?is)^(\\s*[^\\s=:]*(?:password|secret|token|key)[^\\s=:]*\\s*[=:\\s]).+");

    /** Null is a file that is not there. */
    record Change(byte[] before, byte[] after) {}

    private Settings() {
        this(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    }

    /** From what one distribution shipped to what the other ships. */
    static Settings merge(Distribution from, Distribution to, Path config, Choice choice) throws IOException {
        Settings result = new Settings();
        Map<String, Path> base = from.settings();
        Map<String, Path> theirs = to.settings();
        TreeSet<String> names = new TreeSet<>(base.keySet());
        names.addAll(theirs.keySet());
        for (String name : names) {
            byte[] ours = read(config.resolve(name));
            byte[] shipped = read(base.get(name));
            byte[] coming = read(theirs.get(name));
            if (ours == null && (shipped != null || to.templates().containsKey(name))) {
                continue;
            }
            result.one(name, shipped, ours, coming, choice);
        }
        return result;
    }

    /** One file, of which at least one of ours and theirs is there. */
    void one(String name, byte[] base, byte[] ours, byte[] theirs, Choice choice) {
        if (Arrays.equals(base, theirs) || Arrays.equals(ours, theirs)) {
            return;
        }
        if (Arrays.equals(base, ours)) {
            changes.put(name, new Change(ours, theirs));
        } else if (theirs == null) {
            notes.add(name + " is no file of the new version, and stays because you changed it");
        } else if (ours == null) {
            notes.add(name + " stays away, as you took it away");
        } else if (base == null) {
            take(
                    name,
                    ours,
                    Merge.whole(lines(ours), lines(theirs), choice, "you have a file that comes with the new version"));
        } else {
            take(name, ours, Merge.of(lines(base), lines(ours), lines(theirs), choice));
        }
    }

    private void take(String name, byte[] ours, Merge merge) {
        if (!merge.conflicts().isEmpty()) {
            conflicts.put(name, merge.conflicts());
        }
        byte[] after = Lines.text(merge.lines()).getBytes(StandardCharsets.ISO_8859_1);
        if (!Arrays.equals(ours, after)) {
            changes.put(name, new Change(ours, after));
        }
    }

    /** Bytes become characters one by one, so that none is lost, whatever their encoding. */
    private static List<String> lines(byte[] content) {
        return Lines.of(new String(content, StandardCharsets.ISO_8859_1));
    }

    static byte[] read(Path file) throws IOException {
        return file != null && Files.exists(file) ? Files.readAllBytes(file) : null;
    }

    /** All conflicts, as an operator reads them. */
    List<String> shown(Path config) {
        List<String> shown = new ArrayList<>();
        conflicts.forEach((name, list) -> {
            for (Merge.Conflict conflict : list) {
                shown.add(config.resolve(name) + ", line " + conflict.line() + ":"
                        + (conflict.why().isEmpty() ? "" : " " + conflict.why()));
                if (conflict.why().isEmpty()) {
                    part(shown, "shipped", conflict.base());
                    part(shown, "yours  ", conflict.ours());
                    part(shown, "new    ", conflict.theirs());
                }
            }
        });
        return shown;
    }

    private static void part(List<String> shown, String side, List<String> lines) {
        for (String line : lines.isEmpty() ? List.of("(nothing)") : lines) {
            String text = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            shown.add("  " + side + " | "
                    + SECRET.matcher(text).replaceAll("$1(not shown)").replace("\n", "\n          | "));
        }
    }
}
