package org.platformforge.kernel.extension.wall;

/** The packages of the platform an extension may import: those of the verifier's list, so that there is one list only. */
public final class AllowedPackages {
    private AllowedPackages() {}

    public static boolean contains(String name) {
        return org.platformforge.extension.verifier.AllowedPackages.contains(name)
                // linked by woven code, see CheckpointWeaver
                || CheckpointWeaver.PACKAGE.equals(name);
    }
}
