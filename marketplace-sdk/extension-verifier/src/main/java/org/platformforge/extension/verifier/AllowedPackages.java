package org.platformforge.extension.verifier;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The packages of the platform an extension may import: {@code allowed-packages.txt}. The runtime's resolver wall asks here. */
public final class AllowedPackages {
    private static final String ALL_BELOW = ".*";
    private static final List<String> LINES = Resources.lines("allowed-packages.txt");

    /** Packages alone, and those that others are below. */
    private static final Set<String> NAMES =
            LINES.stream().map(AllowedPackages::name).collect(Collectors.toUnmodifiableSet());

    private static final List<String> TREES = LINES.stream()
            .filter(line -> line.endsWith(ALL_BELOW))
            .map(line -> name(line) + ".")
            .toList();

    private AllowedPackages() {}

    /** The list, one package a line; a trailing {@code .*} takes the package and all below it. */
    public static List<String> lines() {
        return LINES;
    }

    public static boolean contains(String name) {
        return NAMES.contains(name) || TREES.stream().anyMatch(name::startsWith);
    }

    private static String name(String line) {
        return line.endsWith(ALL_BELOW) ? line.substring(0, line.length() - ALL_BELOW.length()) : line;
    }

    /** Whether a bundle of an extension must not export it: it is the platform's, Java's, or a standard's. */
    static boolean foreign(String name) {
        return contains(name)
                || name.equals("javax")
                || name.startsWith("javax.")
                || name.startsWith("org.osgi.")
                || name.equals("org.platformforge")
                || name.startsWith("org.platformforge.");
    }
}
