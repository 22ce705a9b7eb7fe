package org.platformforge.extension.verifier;

/**
 * The packages whose classes the platform's framework gives every bundle, wired or not, and before the bundle's own:
 * {@code boot-packages.txt}.
 */
final class BootPackages {
    private static final PackageList LIST = PackageList.of("boot-packages.txt");

    private BootPackages() {}

    static boolean contains(String name) {
        return LIST.contains(name);
    }
}
