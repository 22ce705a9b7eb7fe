package org.platformforge.kernel.security.console;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;

/**
 * Takes the console from operators who are suspended while they are logged in: their subject loses its roles, and Karaf's
 * shell then refuses every command. Thread-safe.
 */
final class OpenShells {
    private final BiFunction<String, Runnable, Runnable> suspensions;
    private final Map<String, List<WeakReference<Subject>>> open = new HashMap<>();

    /** @param suspensions runs an action once when the user with this id is suspended, or at once when they are */
    OpenShells(BiFunction<String, Runnable, Runnable> suspensions) {
        this.suspensions = suspensions;
    }

    void opened(String userId, Subject subject) {
        boolean first;
        synchronized (open) {
            List<WeakReference<Subject>> subjects = open.get(userId);
            first = subjects == null;
            subjects = first ? new ArrayList<>() : subjects;
            subjects.removeIf(gone -> gone.get() == null);
            subjects.add(new WeakReference<>(subject));
            open.put(userId, subjects);
        }
        if (first) {
            suspensions.apply(userId, () -> close(userId)); // one for all shells of the user, for as long as we run
        }
    }

    private void close(String userId) {
        List<WeakReference<Subject>> subjects;
        synchronized (open) {
            subjects = open.remove(userId);
        }
        if (subjects != null) {
            subjects.stream().map(WeakReference::get).filter(Objects::nonNull).forEach(OpenShells::takeRoles);
        }
    }

    private static void takeRoles(Subject subject) {
        subject.getPrincipals()
                .removeIf(principal -> principal instanceof RolePrincipal || principal instanceof UserPrincipal);
    }
}
