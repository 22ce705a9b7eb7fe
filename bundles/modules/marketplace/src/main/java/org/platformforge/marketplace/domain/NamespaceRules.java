package org.platformforge.marketplace.domain;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names a namespace may have beside those that are there. Stateless. */
final class NamespaceRules {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,39}");
    /** From this length on, one other letter is more likely a trap than a coincidence. */
    private static final int DISTINCT_LENGTH = 6;

    static final Set<String> RESERVED = Set.of(
            "admin",
            "api",
            "apache",
            "com",
            "console",
            "core",
            "driver",
            "eclipse",
            "ext",
            "extension",
            "extensions",
            "forge",
            "framework",
            "gateway",
            "internal",
            "io",
            "java",
            "javax",
            "jakarta",
            "karaf",
            "kernel",
            "marketplace",
            "module",
            "net",
            "official",
            "org",
            "osgi",
            "platform",
            "platform-forge",
            "platformforge",
            "plugin",
            "provisioning",
            "root",
            "security",
            "support",
            "system",
            "template",
            "test",
            "verified");

    private NamespaceRules() {}

    static Optional<String> problem(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.of(
                    "must be 2 to 40 characters: lower case letters, digits and hyphens, beginning with a letter");
        }
        if (name.endsWith("-") || name.contains("--")) {
            return Optional.of("must not end with a hyphen or have two in a row");
        }
        if (RESERVED.contains(name)) {
            return Optional.of("is reserved");
        }
        Optional<String> imitated = RESERVED.stream()
                .filter(reserved -> reserved.length() >= DISTINCT_LENGTH)
                .filter(reserved -> skeleton(reserved).equals(skeleton(name)))
                .findFirst();
        return imitated.map(reserved -> "looks like the reserved name " + reserved);
    }

    /** What remains of a name when everything is gone that the eye overlooks. */
    static String skeleton(String name) {
        return name.toLowerCase(Locale.ROOT)
                .replace("-", "")
                .replace("rn", "m")
                .replace("vv", "w")
                .replace('0', 'o')
                .replace('1', 'l')
                .replace('i', 'l')
                .replace('5', 's')
                .replace('3', 'e')
                .replace('8', 'b')
                .replace('2', 'z')
                .replace('6', 'g')
                .replace('9', 'g');
    }

    /** A name of the others that this one is one edit away from, the nearest first found. */
    static Optional<String> neighbour(String name, Collection<String> others) {
        return others.stream()
                .filter(other -> distanceAtMostOne(name, other))
                .sorted()
                .findFirst();
    }

    /** Whether being a neighbour is reason enough to refuse; otherwise it is only told. */
    static boolean refuses(String name) {
        return name.length() >= DISTINCT_LENGTH;
    }

    /** One insertion, removal, replacement, or two neighbours swapped. */
    static boolean distanceAtMostOne(String a, String b) {
        int start = 0;
        int shorter = Math.min(a.length(), b.length());
        while (start < shorter && a.charAt(start) == b.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && a.charAt(a.length() - 1 - end) == b.charAt(b.length() - 1 - end)) {
            end++;
        }
        int leftOfA = a.length() - start - end;
        int leftOfB = b.length() - start - end;
        if (leftOfA <= 1 && leftOfB <= 1) {
            return true;
        }
        return leftOfA == 2
                && leftOfB == 2
                && a.charAt(start) == b.charAt(start + 1)
                && a.charAt(start + 1) == b.charAt(start);
    }

    static List<String> reserved() {
        return RESERVED.stream()
                .filter(name -> name.length() >= DISTINCT_LENGTH)
                .toList();
    }
}
