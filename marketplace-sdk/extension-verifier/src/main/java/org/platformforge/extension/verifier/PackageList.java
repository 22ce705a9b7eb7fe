package org.platformforge.extension.verifier;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Packages as a list beside the classes names them: a trailing {@code .*} takes the package and all below it. Immutable.
 *
 * @param names packages alone, and those that others are below
 * @param trees what the names of packages below begin with
 */
record PackageList(List<String> lines, Set<String> names, List<String> trees) {
    private static final String ALL_BELOW = ".*";

    static PackageList of(String resource) {
        List<String> lines = Resources.lines(resource);
        return new PackageList(
                lines,
                lines.stream().map(PackageList::name).collect(Collectors.toUnmodifiableSet()),
                lines.stream()
                        .filter(line -> line.endsWith(ALL_BELOW))
                        .map(line -> name(line) + ".")
                        .toList());
    }

    private static String name(String line) {
        return line.endsWith(ALL_BELOW) ? line.substring(0, line.length() - ALL_BELOW.length()) : line;
    }

    boolean contains(String name) {
        if (names.contains(name)) {
            return true;
        }
        for (String tree : trees) {
            if (name.startsWith(tree)) {
                return true;
            }
        }
        return false;
    }
}
