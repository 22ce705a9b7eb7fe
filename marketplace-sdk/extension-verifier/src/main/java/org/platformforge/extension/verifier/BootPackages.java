package org.platformforge.extension.verifier;

/**
 * The packages whose classes the platform's framework gives every bundle, wired or not, and before the bundle's own:
 * {@code boot-packages.txt}.
 */
final class BootPackages {
    private static final PackageList LIST = PackageList.of("boot-packages.txt");

    /** As they stand in descriptors. */
    private static final String[] PREFIXES =
            LIST.names().stream().map(name -> name.replace('.', '/') + "/").toArray(String[]::new);

    private BootPackages() {}

    static boolean contains(String name) {
        return LIST.contains(name);
    }

    /** False for nearly every class that is in none of them. */
    static boolean mayName(String internal) {
        for (String prefix : PREFIXES) {
            if (internal.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** @return a class of these packages that a descriptor or signature names; null when there is none */
    static String namedIn(String signature) {
        for (int at = signature.indexOf('L'); at >= 0; at = signature.indexOf('L', at + 1)) {
            for (String prefix : PREFIXES) {
                if (signature.startsWith(prefix, at + 1)) {
                    int end = at;
                    while (end < signature.length() && ";<".indexOf(signature.charAt(end)) < 0) {
                        end++;
                    }
                    return signature.substring(at + 1, end).replace('/', '.');
                }
            }
        }
        return null;
    }
}
