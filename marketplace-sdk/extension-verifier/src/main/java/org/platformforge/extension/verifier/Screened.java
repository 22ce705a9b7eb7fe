package org.platformforge.extension.verifier;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Type;

/** What is shared by all classes of an artifact while they are screened. */
final class Screened {
    /** More references of a bootstrap method's arguments than any compiler makes; ASM reads them anew at each instruction. */
    private static final int MAX_BOOTSTRAP_ARGUMENTS = 500_000;

    private static final int MAX_REMEMBERED = 50_000;

    /** What classes that stand for something outside need, such as files and addresses. */
    private static final Set<String> OPENED = Set.of("files", "sockets");

    final Findings findings;
    final Set<String> packages;
    final Set<String> declared;
    final Set<String> used = new HashSet<>();
    /** Operation ids of resource methods, with where they are. */
    final Map<String, String> operations = new HashMap<>();

    private final Set<Reference> harmless = new HashSet<>();
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
        if (!harmless.contains(reference) && judge(where, internal.replace('/', '.'), member, descriptor)) {
            if (harmless.size() >= MAX_REMEMBERED) {
                harmless.clear();
            }
            harmless.add(reference);
        }
    }

    private boolean judge(String where, String type, String member, String descriptor) {
        int dot = type.lastIndexOf('.');
        String folder = dot < 0 ? "" : type.substring(0, dot);
        String what = member == null ? type : type + "." + member;
        if (type.startsWith("java.")) {
            return permit(where, what, JdkAccess.permission(type, member, descriptor))
                    && handOver(where, what, descriptor);
        }
        if (packages.contains(folder)) {
            return true;
        }
        if (AllowedPackages.contains(folder)) {
            String rule = JdkAccess.rule(type, member, descriptor);
            return permit(where, what, rule == null ? JdkAccess.ALLOWED : rule) && handOver(where, what, descriptor);
        }
        findings.add(
                Code.CODE_FORBIDDEN, where, what + " is neither the extension's own nor part of the extension API");
        return false;
    }

    /** What Java and the platform's libraries are handed they use: who gives them a URL has it opened, as if he did so himself. */
    private boolean handOver(String where, String what, String descriptor) {
        if (descriptor == null || !descriptor.startsWith("(")) {
            return true;
        }
        boolean permitted = true;
        for (Type argument : Type.getArgumentTypes(descriptor)) {
            String handed = argument.getClassName();
            if (handed.startsWith("java.")) {
                String permission = JdkAccess.permission(handed, null, null);
                permitted &= !OPENED.contains(permission) || permit(where, what + " of a " + handed, permission);
            }
        }
        return permitted;
    }

    private boolean permit(String where, String what, String permission) {
        if (permission.equals(JdkAccess.ALLOWED)) {
            return true;
        }
        if (permission.equals(JdkAccess.NEVER)) {
            findings.add(Code.CODE_FORBIDDEN, where, what + " is not for extensions");
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
