package org.platformforge.extension.verifier;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which part of Java needs which permission: {@code jdk-access.txt}. What is not on the list is forbidden. A part of the
 * extension API's packages that is on it is held to it, too; what is not is for everybody. Immutable.
 */
public final class JdkAccess {
    static final String ALLOWED = "allow";
    static final String NEVER = "never";

    private static final Map<String, String> RULES = rules();

    /** What {@code permissions.unsafe} of a manifest can name. */
    public static final Set<String> PERMISSIONS = RULES.values().stream()
            .filter(rule -> !rule.equals(ALLOWED) && !rule.equals(NEVER))
            .collect(Collectors.toUnmodifiableSet());

    private JdkAccess() {}

    private static Map<String, String> rules() {
        Map<String, String> rules = new HashMap<>();
        for (String line : Resources.lines("jdk-access.txt")) {
            String[] words = line.split("\\s+");
            for (int i = 1; i < words.length; i++) {
                if (rules.put(words[i], words[0]) != null) {
                    throw new IllegalStateException("jdk-access.txt has two rules for " + words[i]);
                }
            }
        }
        return Map.copyOf(rules);
    }

    /**
     * The most exact rule that fits.
     *
     * @param type a class of {@code java.*}, with dots, nested ones with {@code $}
     * @param member name of a method or field; null for the class itself: extending it, its literal
     * @param descriptor of the member, null as it
     */
    static String permission(String type, String member, String descriptor) {
        String rule = rule(type, member, descriptor);
        return rule == null ? NEVER : rule;
    }

    /** @return null when no rule fits */
    static String rule(String type, String member, String descriptor) {
        int dot = type.lastIndexOf('.');
        String folder = dot < 0 ? "" : type.substring(0, dot);
        if (member != null) {
            String rule = first(type + "#" + member + descriptor, type + "#" + member, folder + ".*#" + member);
            if (rule != null) {
                return rule;
            }
        }
        for (String name = type; ; name = name.substring(0, name.lastIndexOf('$'))) {
            String rule = RULES.get(name);
            if (rule != null) {
                return rule;
            }
            if (name.indexOf('$') < 0) {
                break;
            }
        }
        String rule = RULES.get(folder + ".*");
        for (String tree = folder; rule == null && !tree.isEmpty(); tree = parent(tree)) {
            rule = RULES.get(tree + ".**");
        }
        return rule;
    }

    private static String parent(String tree) {
        int dot = tree.lastIndexOf('.');
        return dot < 0 ? "" : tree.substring(0, dot);
    }

    private static String first(String... keys) {
        for (String key : keys) {
            String rule = RULES.get(key);
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }
}
