package org.platformforge.extension.verifier;

import java.util.HashMap;
import java.util.List;
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

    /** Members that are not for everybody somewhere: names, and names with the descriptors of the rules that have one. */
    private static final Set<String> RESTRICTED = RULES.entrySet().stream()
            .filter(rule -> rule.getKey().indexOf('#') > 0 && !rule.getValue().equals(ALLOWED))
            .map(rule -> rule.getKey().substring(rule.getKey().indexOf('#') + 1))
            .filter(member -> !member.startsWith("<"))
            .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> WITH_DESCRIPTOR = RESTRICTED.stream()
            .filter(member -> member.indexOf('(') > 0)
            .map(member -> member.substring(0, member.indexOf('(')))
            .collect(Collectors.toUnmodifiableSet());

    /** What {@code permissions.unsafe} of a manifest can name. */
    public static final Set<String> PERMISSIONS = RULES.values().stream()
            .filter(rule -> !rule.equals(ALLOWED) && !rule.equals(NEVER))
            .collect(Collectors.toUnmodifiableSet());

    private JdkAccess() {}

    /**
     * What stands against a member.
     *
     * @param type whose rule it is
     */
    record Restriction(String type, String permission) {}

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

    /** Whether there is a rule for members of this name, in some type; constructors are nobody's but their type's. */
    static boolean isRestricted(String member, String descriptor) {
        return RESTRICTED.contains(member)
                || WITH_DESCRIPTOR.contains(member) && RESTRICTED.contains(member + descriptor);
    }

    /** What keeps a member from everybody in types that the type inherits from; nothing when it has a rule of its own. */
    static List<Restriction> inherited(String type, String member, String descriptor) {
        if (member == null || !isRestricted(member, descriptor) || memberRule(type, member, descriptor) != null) {
            return List.of();
        }
        return Inheritance.ancestors(type).stream()
                .map(parent -> new Restriction(parent, memberRule(parent, member, descriptor)))
                .filter(one -> one.permission() != null && !one.permission().equals(ALLOWED))
                .toList();
    }

    /** The same, its own rule included. */
    static List<Restriction> restrictions(String type, String member, String descriptor) {
        String rule = memberRule(type, member, descriptor);
        return rule == null || rule.equals(ALLOWED)
                ? inherited(type, member, descriptor)
                : List.of(new Restriction(type, rule));
    }

    private static String memberRule(String type, String member, String descriptor) {
        return first(type + "#" + member + descriptor, type + "#" + member, folder(type) + ".*#" + member);
    }

    private static String folder(String type) {
        int dot = type.lastIndexOf('.');
        return dot < 0 ? "" : type.substring(0, dot);
    }

    /** @return null when no rule fits */
    static String rule(String type, String member, String descriptor) {
        String folder = folder(type);
        if (member != null) {
            String rule = memberRule(type, member, descriptor);
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
        for (String tree = folder; rule == null && !tree.isEmpty(); tree = folder(tree)) {
            rule = RULES.get(tree + ".**");
        }
        return rule;
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
