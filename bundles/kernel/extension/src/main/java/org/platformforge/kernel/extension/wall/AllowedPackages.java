package org.platformforge.kernel.extension.wall;

import java.util.List;
import java.util.Set;

/** The packages of the platform an extension may import. */
public final class AllowedPackages {
    private static final Set<String> NAMES = Set.of(
            "org.platformforge.kernel.api",
            "org.platformforge.kernel.api.http",
            "com.fasterxml.jackson.annotation",
            "org.slf4j",
            // linked by woven code, see CheckpointWeaver
            CheckpointWeaver.PACKAGE);
    private static final List<String> TREES = List.of(
            "java.",
            "org.platformforge.extension.api",
            "javax.ws.rs",
            "javax.validation",
            "com.fasterxml.jackson.core",
            "com.fasterxml.jackson.databind");

    private AllowedPackages() {}

    public static boolean contains(String name) {
        return NAMES.contains(name) || TREES.stream().anyMatch(tree -> within(tree, name));
    }

    private static boolean within(String tree, String name) {
        return name.startsWith(tree)
                && (tree.endsWith(".") || name.length() == tree.length() || name.charAt(tree.length()) == '.');
    }
}
