package org.platformforge.kernel.security.console;

import java.security.PublicKey;
import javax.security.auth.Subject;

/** Who may log in to the console. Thread-safe. */
interface ConsoleUsers {
    /** The only user that logs in with a key: whoever may read the data folder of this installation. */
    String LOCAL_USER = "forge-local";

    /** @param address where the client is, null when that is not known */
    boolean admits(String user, char[] password, String address);

    boolean admits(String user, PublicKey key);

    /** A user who was admitted has the console now. */
    void opened(String user, Subject subject);
}
