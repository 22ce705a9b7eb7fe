package org.platformforge.extension.verifier;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types of an artifact and whom they inherit from, so that what they inherit from Java or the platform is held to the same
 * rules under their own names. Bounded: who goes beyond asks for more than a compiler's output would. Not thread-safe.
 */
final class OwnTypes {
    private static final int MAX_PARENTS = 100_000;
    private static final int MAX_MEMBERS = 20_000;
    private static final int MAX_STEPS = 2_000_000;

    private final Map<String, List<Type>> types = new HashMap<>();
    private int parents;
    private int members;
    private int steps;

    /** A method that a class of the artifact has from outside and that its interfaces make callable under their names. */
    record Exposed(String where, String type, String parent, Member member) {}

    record Member(String name, String descriptor) {}

    /** One class of the artifact. */
    final class Type {
        private final String where;
        private final String name;
        private final boolean isInterface;
        private final String parent;
        private final String[] interfaces;
        private final Set<Member> declared = new HashSet<>(2);

        private Type(String where, String name, boolean isInterface, String parent, String... interfaces) {
            this.where = where;
            this.name = name;
            this.isInterface = isInterface;
            this.parent = parent;
            this.interfaces = interfaces;
        }

        /** Of members only those that a rule could be about have to be told. */
        void declares(String member, String descriptor) {
            if (++members > MAX_MEMBERS) {
                throw new IllegalArgumentException("It has too many members of the same kind");
            }
            declared.add(new Member(member, descriptor));
        }
    }

    /** @param parent null for that of everything */
    Type add(String where, String name, boolean isInterface, String parent, String... interfaces) {
        parents += 1 + interfaces.length;
        if (parents > MAX_PARENTS) {
            throw new IllegalArgumentException("It has too many interfaces");
        }
        Type type = new Type(where, name, isInterface, parent, interfaces);
        // bundles of one artifact may have each its own class of a name
        types.computeIfAbsent(name, key -> new ArrayList<>(1)).add(type);
        return type;
    }

    /** The types outside from which the member may come that is named as if it were the type's own. */
    Set<String> outside(String type, Member member) {
        Set<String> outside = new LinkedHashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(type));
        while (!open.isEmpty()) {
            String next = open.remove();
            if (!seen.add(next)) {
                continue;
            }
            List<Type> own = types.get(next);
            if (own == null) {
                outside.add(next);
                continue;
            }
            for (Type one : own) {
                if (!one.declared.contains(member)) {
                    addParents(one, open);
                }
            }
        }
        outside.remove(type);
        return outside;
    }

    /** What classes have from outside without naming it, because an interface of the artifact declares the same method. */
    List<Exposed> exposed() {
        List<Exposed> exposed = new ArrayList<>();
        types.values().forEach(all -> all.forEach(type -> expose(type, exposed)));
        return exposed;
    }

    private void expose(Type type, List<Exposed> exposed) {
        if (type.isInterface) {
            return;
        }
        Set<Member> own = new HashSet<>();
        Set<Member> wanted = new LinkedHashSet<>();
        Set<String> seen = new HashSet<>();
        Set<String> outside = new LinkedHashSet<>();
        Deque<String> classes = new ArrayDeque<>(List.of(type.name));
        while (!classes.isEmpty()) {
            String next = classes.remove();
            List<Type> found = seen.add(next) ? types.get(next) : List.of();
            if (found == null) {
                outside.add(next);
                continue;
            }
            for (Type one : found) {
                own.addAll(one.declared);
                step(1 + one.declared.size());
                want(one, wanted);
                if (one.parent != null) {
                    classes.add(one.parent);
                }
            }
        }
        wanted.removeAll(own);
        for (Member member : wanted) {
            outside.forEach(parent -> exposed.add(new Exposed(type.where, type.name, parent, member)));
        }
    }

    private void want(Type type, Set<Member> wanted) {
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(type.interfaces));
        while (!open.isEmpty()) {
            String next = open.remove();
            List<Type> found = seen.add(next) ? types.get(next) : null;
            if (found != null) {
                found.forEach(one -> {
                    wanted.addAll(one.declared);
                    step(one.declared.size());
                    addParents(one, open);
                });
            }
        }
    }

    private void addParents(Type type, Deque<String> open) {
        step(1 + type.interfaces.length);
        if (type.parent != null) {
            open.add(type.parent);
        }
        open.addAll(List.of(type.interfaces));
    }

    private void step(int more) {
        steps += more;
        if (steps > MAX_STEPS) {
            throw new IllegalArgumentException("Its classes inherit too much");
        }
    }
}
