package org.platformforge.extension.verifier;

import java.util.List;
import java.util.function.Predicate;

/**
 * The packages of the platform an extension may import: {@code allowed-packages.txt}. The runtime's resolver wall holds the same
 * list.
 */
public final class AllowedPackages {
    private static final List<String> LINES = Resources.lines("allowed-packages.txt");

    private AllowedPackages() {}

    /** The list, one package a line; a trailing {@code .*} takes the package and all below it. */
    public static List<String> lines() {
        return LINES;
    }

    public static boolean contains(String name) {
        return LINES.stream().anyMatch(matches(name));
    }

    private static Predicate<String> matches(String name) {
        return line -> {
            if (!line.endsWith(".*")) {
                return name.equals(line);
            }
            String tree = line.substring(0, line.length() - 2);
            return name.equals(tree) || name.startsWith(tree + ".");
        };
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
