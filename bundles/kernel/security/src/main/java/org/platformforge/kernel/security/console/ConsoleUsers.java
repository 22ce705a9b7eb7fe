package org.platformforge.kernel.security.console;

import java.security.PublicKey;
import javax.security.auth.Subject;

/** Who may log in to the console. Thread-safe. */
interface ConsoleUsers {
    /** The only user that logs in with a key: whoever may read the data folder of this installation. */
    String LOCAL_USER = "forge-local";

    /** @param client its address and port, null when they are not known */
    boolean admits(String user, char[] password, String client);

    /**
     * The SSH server asks it twice for one login: whether the key would do, and when the client has signed with it.
     *
     * @param client its address and port, null when they are not known
     */
    boolean admits(String user, PublicKey key, String client);

    /** A user who was admitted has the console now. */
    void opened(String user, Subject subject);
}
