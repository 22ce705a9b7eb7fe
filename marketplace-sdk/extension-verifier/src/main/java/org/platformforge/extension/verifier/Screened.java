package org.platformforge.extension.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Type;

/** What is shared by all classes of an artifact while they are screened. */
final class Screened {
    /** More references of a bootstrap method's arguments than any compiler makes; ASM reads them anew at each instruction. */
    private static final int MAX_BOOTSTRAP_ARGUMENTS = 500_000;

    private static final int MAX_REMEMBERED = 50_000;
    private static final int MAX_POSTPONED = 20_000;

    /** What classes that stand for something outside need, such as files and addresses. */
    private static final Set<String> OPENED = Set.of("files", "sockets");

    final Findings findings;
    final Set<String> packages;
    final Set<String> declared;
    final Set<String> used = new HashSet<>();
    /** Operation ids of resource methods, with where they are. */
    final Map<String, String> operations = new HashMap<>();

    final OwnTypes own = new OwnTypes();

    private final Set<Reference> harmless = new HashSet<>();
    private final Map<String, List<String>> handed = new HashMap<>();
    /** Members named as the extension's own that may be inherited from outside, with where; judged when all classes are known. */
    private final Map<Reference, String> postponed = new LinkedHashMap<>();

    private int bootstrapArguments;

    private record Reference(String type, String member, String descriptor) {}

    Screened(Findings findings, Set<String> packages, Set<String> declared) {
        this.findings = findings;
        this.packages = packages;
        this.declared = declared;
    }

    void bootstrap(int arguments) {
        bootstrapArguments += arguments;
        if (bootstrapArguments > MAX_BOOTSTRAP_ARGUMENTS) {
            throw new IllegalArgumentException("Its bootstrap methods have too many arguments");
        }
    }

    /**
     * Something a class refers to.
     *
     * @param where class and method it is in
     * @param internal name of the type, with slashes
     * @param member null for the class itself
     */
    void refer(String where, String internal, String member, String descriptor) {
        Reference reference = new Reference(internal, member, descriptor);
        if (!harmless.contains(reference) && judge(where, reference)) {
            if (harmless.size() >= MAX_REMEMBERED) {
                harmless.clear();
            }
            harmless.add(reference);
        }
    }

    /** A class that is only named, as in a cast: of those beneath the framework not even that is right. */
    void mention(String where, String internal) {
        if (BootPackages.mayName(internal)) {
            String type = internal.replace('/', '.');
            if (BootPackages.contains(folder(type))) {
                beneath(where, type);
            }
        }
    }

    /** The types of a field or method, as its descriptor or signature tells. */
    void mentionAll(String where, String signature) {
        String found = signature == null ? null : BootPackages.namedIn(signature);
        if (found != null) {
            beneath(where, found);
        }
    }

    private void beneath(String where, String what) {
        findings.add(
                Code.CODE_FORBIDDEN,
                where,
                what + " lies beneath the framework and is not for extensions, even by name");
    }

    /** Whether an annotation is there for those who look for it; what no bundle has is left out by Java. */
    boolean isThere(String annotation) {
        String folder = folder(annotation);
        return annotation.startsWith("java.") || packages.contains(folder) || AllowedPackages.contains(folder);
    }

    /** Whether a rule could be about an inherited member like this. */
    boolean isRuled(String member, String descriptor) {
        return JdkAccess.isRestricted(member, descriptor) || !handed(descriptor).isEmpty();
    }

    /** When all classes have been looked at: what their types inherit. */
    void end() {
        try {
            postponed.forEach((reference, where) -> own.outside(
                            reference.type, new OwnTypes.Member(reference.member, reference.descriptor))
                    .forEach(parent -> judgeInherited(where, reference, parent)));
            own.exposed()
                    .forEach(one -> judgeInherited(
                            one.where(),
                            new Reference(
                                    one.type(),
                                    one.member().name(),
                                    one.member().descriptor()),
                            one.parent()));
        } catch (IllegalArgumentException e) {
            findings.add(
                    Code.CLASS_MALFORMED, "", "The classes inherit from more types than a compiler's output would");
        }
    }

    private static String folder(String type) {
        int dot = type.lastIndexOf('.');
        return dot < 0 ? "" : type.substring(0, dot);
    }

    private boolean judge(String where, Reference reference) {
        String type = reference.type.replace('/', '.');
        String folder = folder(type);
        String member = reference.member;
        boolean isOwn = packages.contains(folder);
        if (isOwn && member != null && isRuled(member, reference.descriptor)) {
            postpone(where, reference);
        }
        boolean isJava = type.startsWith("java.");
        // first: a class in a package of the platform's does not make the platform's other classes of it the
        // extension's own
        if (isJava || AllowedPackages.contains(folder)) {
            String what = member == null ? type : type + "." + member;
            String rule = JdkAccess.rule(type, member, reference.descriptor);
            String absent = isJava ? JdkAccess.NEVER : JdkAccess.ALLOWED;
            boolean permitted = permit(where, what, rule == null ? absent : rule);
            for (JdkAccess.Restriction one : JdkAccess.inherited(type, member, reference.descriptor)) {
                permitted &= permit(where, what + " (of " + one.type() + ")", one.permission());
            }
            return permitted && handOver(where, what, reference.descriptor);
        }
        if (!isOwn) {
            findings.add(
                    Code.CODE_FORBIDDEN,
                    where,
                    (member == null ? type : type + "." + member)
                            + " is neither the extension's own nor part of the extension API");
        }
        return isOwn;
    }

    private void postpone(String where, Reference reference) {
        if (postponed.size() >= MAX_POSTPONED) {
            throw new IllegalArgumentException("It refers to too many members of the same kind");
        }
        postponed.putIfAbsent(reference, where);
    }

    /** @param parent the type outside that the member may be inherited from, with slashes */
    private void judgeInherited(String where, Reference reference, String parent) {
        String outside = parent.replace('/', '.');
        String what = reference.type.replace('/', '.') + "." + reference.member;
        for (JdkAccess.Restriction one : JdkAccess.restrictions(outside, reference.member, reference.descriptor)) {
            permit(where, what + " (of " + one.type() + ")", one.permission());
        }
        if (!handed(reference.descriptor).isEmpty() && Inheritance.mayHave(outside, reference.member)) {
            handOver(where, what + " (of " + outside + ")", reference.descriptor);
        }
    }

    /** What Java and the platform's libraries are handed they use: who gives them a URL has it opened, as if he did so himself. */
    private boolean handOver(String where, String what, String descriptor) {
        boolean permitted = true;
        for (String type : handed(descriptor)) {
            permitted &= permit(where, what + " of a " + type, JdkAccess.permission(type, null, null));
        }
        return permitted;
    }

    /** Of a method's arguments the types that stand for something outside. */
    private List<String> handed(String descriptor) {
        if (descriptor == null || !descriptor.startsWith("(")) {
            return List.of();
        }
        List<String> types = handed.get(descriptor);
        if (types == null) {
            types = new ArrayList<>(0);
            for (Type argument : Type.getArgumentTypes(descriptor)) {
                String type = argument.getClassName();
                if (type.startsWith("java.") && OPENED.contains(JdkAccess.permission(type, null, null))) {
                    types.add(type);
                }
            }
            if (handed.size() >= MAX_REMEMBERED) {
                handed.clear();
            }
            handed.put(descriptor, types);
        }
        return types;
    }

    private boolean permit(String where, String what, String permission) {
        if (permission.equals(JdkAccess.ALLOWED)) {
            return true;
        }
        if (permission.equals(JdkAccess.NEVER)) {
            findings.add(Code.CODE_FORBIDDEN, where, what + " is not for extensions, whatever their permissions");
            return false;
        }
        used.add(permission);
        if (declared.contains(permission)) {
            return true;
        }
        findings.add(
                Code.CODE_PERMISSION, where, what + " needs the permission " + permission + " in permissions.unsafe");
        return false;
    }
}
