package org.platformforge.extension.verifier;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whom types of Java and of the extension API inherit from. Java's are looked at where the verifier runs, without running any of
 * their code; of the API's, those that inherit a member with a rule are listed in {@code api-types.txt}, for not every place the
 * verifier runs at has the API. Thread-safe.
 */
final class Inheritance {
    private static final String OBJECT = "java.lang.Object";
    private static final Map<String, Set<String>> LISTED = listed();

    /** By type; as many as Java has at most. */
    private static final Map<String, Set<String>> KNOWN = new ConcurrentHashMap<>();

    private Inheritance() {}

    private static Map<String, Set<String>> listed() {
        Map<String, Set<String>> listed = new HashMap<>();
        for (String line : Resources.lines("api-types.txt")) {
            List<String> words = Arrays.asList(line.split("\\s+"));
            listed.put(words.get(0), new LinkedHashSet<>(words.subList(1, words.size())));
        }
        return listed;
    }

    /**
     * Everything the type inherits from, itself not among it.
     *
     * @param type with dots, nested ones with {@code $}
     * @return empty for a type that is not known
     */
    static Set<String> ancestors(String type) {
        if (!type.startsWith("java.")) {
            return LISTED.getOrDefault(type, Set.of());
        }
        Set<String> known = KNOWN.get(type);
        if (known == null) {
            Class<?> found = find(type);
            if (found == null) {
                return Set.of();
            }
            known = ancestors(found);
            KNOWN.put(type, known);
        }
        return known;
    }

    static Set<String> ancestors(Class<?> type) {
        Set<String> names = new LinkedHashSet<>();
        Deque<Class<?>> open = new ArrayDeque<>(List.of(type));
        while (!open.isEmpty()) {
            Class<?> next = open.remove();
            if (next != type && !names.add(next.getName())) {
                continue;
            }
            if (next.getSuperclass() != null) {
                open.add(next.getSuperclass());
            }
            open.addAll(Arrays.asList(next.getInterfaces()));
        }
        return names;
    }

    /** Whether a method of this name may be inherited from the type: sure of Java's, of others assumed. */
    static boolean mayHave(String type, String method) {
        if (type.equals(OBJECT)) {
            return false;
        }
        Class<?> found = type.startsWith("java.") ? find(type) : null;
        if (found == null) {
            return true;
        }
        for (Class<?> next = found; next != null; next = next.getSuperclass()) {
            if (named(next.getDeclaredMethods(), method)) {
                return true;
            }
        }
        return named(found.getMethods(), method);
    }

    private static boolean named(Method[] methods, String name) {
        return Arrays.stream(methods).anyMatch(method -> method.getName().equals(name));
    }

    /** @return null when Java has no such type */
    private static Class<?> find(String type) {
        try {
            return Class.forName(type, false, ClassLoader.getPlatformClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
