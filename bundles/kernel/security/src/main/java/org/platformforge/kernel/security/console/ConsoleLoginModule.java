package org.platformforge.kernel.security.console;

import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;

/**
 * The common part of the console's ways in. Whoever gets in is an operator and has every console role. Made and used by
 * one login each.
 */
abstract class ConsoleLoginModule implements LoginModule {
    /** What Karaf's shell asks for: {@code ssh} to log in, {@code admin} for commands without a rule of their own. */
    private static final List<String> ROLES = List.of("group", "admin", "manager", "viewer", "systembundles", "ssh");

    private Subject subject;
    private CallbackHandler handler;
    private ConsoleUsers users;
    private String user;

    @Override
    public final void initialize(
            Subject newSubject, CallbackHandler newHandler, Map<String, ?> sharedState, Map<String, ?> options) {
        subject = newSubject;
        handler = newHandler;
        users = (ConsoleUsers) options.get(ConsoleRealm.USERS);
    }

    @Override
    public final boolean login() throws LoginException {
        user = authenticated(users);
        if (user == null) {
            throw new FailedLoginException("Login failed");
        }
        return true;
    }

    /** @return the user who is let in, or null */
    abstract String authenticated(ConsoleUsers admitted) throws LoginException;

    /** Asks the client; a client that cannot answer this way has another way in. */
    final void ask(Callback... callbacks) throws LoginException {
        try {
            handler.handle(callbacks);
        } catch (IOException | UnsupportedCallbackException e) {
            throw new FailedLoginException("Login failed");
        }
    }

    /** Address and port of the client, which Karaf's SSH server notes as {@code ssh(/127.0.0.1:40412)}. */
    final String client() {
        return subject.getPrincipals().stream()
                .map(Principal::getName)
                .filter(name -> name.startsWith("ssh(") && name.lastIndexOf(':') > 0)
                .map(name -> name.substring(name.lastIndexOf('/') + 1, name.length() - 1))
                .findFirst()
                .orElse(null);
    }

    @Override
    public final boolean commit() {
        if (user == null) {
            return false;
        }
        subject.getPrincipals().add(new UserPrincipal(user));
        ROLES.forEach(role -> subject.getPrincipals().add(new RolePrincipal(role)));
        users.opened(user, subject);
        return true;
    }

    @Override
    public final boolean abort() {
        user = null;
        return true;
    }

    @Override
    public final boolean logout() {
        Stream.concat(
                        subject.getPrincipals(UserPrincipal.class).stream(),
                        subject.getPrincipals(RolePrincipal.class).stream())
                .toList()
                .forEach(subject.getPrincipals()::remove);
        user = null;
        return true;
    }
}
