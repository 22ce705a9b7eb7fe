package org.platformforge.extension.verifier;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects findings, each once and not without end. Not thread-safe. */
final class Findings {
    private static final int MAX = 200;

    private final Set<Finding> all = new LinkedHashSet<>();

    void add(Code code, String where, String message) {
        if (all.size() < MAX) {
            all.add(Finding.of(code, where, message));
        } else if (all.size() == MAX) {
            all.add(Finding.of(Code.MORE, "", "There are more than " + MAX + " findings"));
        }
    }

    boolean full() {
        return all.size() > MAX;
    }

    List<Finding> list() {
        return List.copyOf(all);
    }
}
