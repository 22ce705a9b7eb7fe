package org.platformforge.extension.verifier;

import java.util.List;

/** The packages of the platform an extension may import: {@code allowed-packages.txt}. The runtime's resolver wall asks here. */
public final class AllowedPackages {
    private static final PackageList LIST = PackageList.of("allowed-packages.txt");

    private AllowedPackages() {}

    /** The list, one package a line; a trailing {@code .*} takes the package and all below it. */
    public static List<String> lines() {
        return LIST.lines();
    }

    public static boolean contains(String name) {
        return LIST.contains(name);
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
