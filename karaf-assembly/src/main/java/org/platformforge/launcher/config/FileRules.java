package org.platformforge.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is wrong with one .cfg file: unknown keys, doubled ones, values of another type, secrets in the open. Immutable. */
record FileRules(Keys keys, Values values) {
    private static final String OURS = "org.platformforge.";
    private static final int FAR = 4;

    List<Problem> problems(ConfigFile file) throws IOException {
        List<Problem> problems = new ArrayList<>();
        String pid = file.pid();
        if (!keys.hasPid(pid)) {
            if (pid.startsWith(OURS)) {
                problems.add(new Problem(file.path(), 0, false, "no bundle of this distribution reads it"));
            }
            return problems;
        }
        file.unreadable().forEach(line -> problems.add(new Problem(file.path(), line, true, "this is no key = value")));
        Map<String, Integer> seen = new HashMap<>();
        for (ConfigFile.Entry entry : file.entries()) {
            Integer before = seen.putIfAbsent(entry.key(), entry.line());
            if (before != null) {
                problems.add(new Problem(
                        file.path(), entry.line(), true, entry.key() + " stands in line " + before + ", too"));
            }
            problems.addAll(problems(file, pid, entry));
        }
        return problems;
    }

    private List<Problem> problems(ConfigFile file, String pid, ConfigFile.Entry entry) throws IOException {
        Keys.Key key = keys.find(pid, entry.key());
        if (key == null) {
            String wrong = Keys.chosen(pid, entry.key())
                    .map(chosen -> misshapen(chosen, entry))
                    .orElseGet(() -> "unknown key " + entry.key() + suggestion(pid, entry.key()));
            return wrong.isEmpty() ? List.of() : List.of(new Problem(file.path(), entry.line(), true, wrong));
        }
        List<Problem> problems = new ArrayList<>();
        Values.Value value = values.of(entry.value());
        if (value.problem() != null) {
            problems.add(new Problem(file.path(), entry.line(), true, entry.key() + ": " + value.problem()));
            return problems;
        }
        String wrong = wrongType(key, value.text());
        if (wrong != null) {
            problems.add(new Problem(file.path(), entry.line(), true, entry.key() + wrong));
        }
        if (key.isSecret() && !value.text().isEmpty() && !entry.value().contains("$") && isOpen(file.path())) {
            problems.add(new Problem(
                    file.path(),
                    entry.line(),
                    false,
                    entry.key() + " is a secret in a file that others can read: chmod 600, or $[secret:…]"));
        }
        return problems;
    }

    /** @return empty when it is right */
    private String misshapen(Keys.Chosen chosen, ConfigFile.Entry entry) {
        Values.Value value = values.of(entry.value());
        if (value.problem() != null) {
            return entry.key() + ": " + value.problem();
        }
        return chosen.fits(value.text().strip())
                ? ""
                : entry.key() + " must be such as " + chosen.example() + ", not \"" + value.text() + "\"";
    }

    /** @return null when it is right; an empty value is the default */
    private static String wrongType(Keys.Key key, String text) {
        if (text.isEmpty()) {
            return null;
        }
        for (String one : key.many() ? text.split(",") : new String[] {text}) {
            String value = one.strip();
            String wrong = null;
            try {
                switch (key.type()) {
                    case "Integer" -> wrong = outside(key, Integer.parseInt(value));
                    case "Long" -> wrong = outside(key, Long.parseLong(value));
                    case "Double", "Float" -> Double.parseDouble(value);
                    case "Boolean" -> {
                        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                            wrong = " must be true or false, not \"" + value + "\"";
                        }
                    }
                    default -> {
                        // text
                    }
                }
            } catch (NumberFormatException e) {
                return " must be a number (" + key.type() + "), not \"" + value + "\"";
            }
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static String outside(Keys.Key key, long number) {
        if (!key.min().isEmpty() && number < Long.parseLong(key.min())) {
            return " must be " + key.min() + " at least, not " + number;
        }
        return key.max().isEmpty() || number <= Long.parseLong(key.max())
                ? null
                : " must be " + key.max() + " at most, not " + number;
    }

    private String suggestion(String pid, String wrong) {
        return keys.all().get(pid).keySet().stream()
                .min(Comparator.comparingInt(name -> distance(name, wrong)))
                .filter(name -> distance(name, wrong) < FAR)
                .map(name -> "; is " + name + " meant?")
                .orElse("");
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                corner = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    static boolean isOpen(Path file) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }
}
