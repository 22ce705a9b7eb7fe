package org.platformforge.kernel.security.console;

import javax.security.auth.callback.NameCallback;
import javax.security.auth.login.LoginException;
import org.apache.karaf.jaas.modules.publickey.PublickeyCallback;

/** Lets {@code forge-local} in by the key in the data folder; the SSH server has checked that the client holds it. */
public final class KeyLoginModule extends ConsoleLoginModule {
    @Override
    String authenticated(ConsoleUsers admitted) throws LoginException {
        NameCallback name = new NameCallback("User: ");
        PublickeyCallback key = new PublickeyCallback();
        ask(name, key);
        boolean shown = name.getName() != null && key.getPublicKey() != null;
        return shown && admitted.admits(name.getName(), key.getPublicKey(), client()) ? name.getName() : null;
    }
}
