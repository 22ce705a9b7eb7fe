package org.platformforge.kernel.security.console;

import java.util.Arrays;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.LoginException;

/** Lets operators in by e-mail and password. */
public final class PasswordLoginModule extends ConsoleLoginModule {
    @Override
    String authenticated(ConsoleUsers admitted) throws LoginException {
        NameCallback name = new NameCallback("E-mail: ");
        PasswordCallback password = new PasswordCallback("Password: ", false);
        ask(name, password);
        char[] typed = password.getPassword();
        password.clearPassword();
        if (name.getName() == null || typed == null) {
            return null;
        }
        try {
            return admitted.admits(name.getName(), typed, client()) ? name.getName() : null;
        } finally {
            Arrays.fill(typed, ' ');
        }
    }
}
