package org.platformforge.kernel.security.console;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells a connection's first use of a key from its second: a client asks whether the key would do, and then signs with it.
 * Thread-safe.
 */
final class SeenClients {
    private static final int MOST = 256;

    private final Map<String, Boolean> asked = new LinkedHashMap<>();

    /** @param client address and port; null is always seen for the first time */
    synchronized boolean isFirst(String client) {
        if (client == null) {
            return true;
        }
        if (asked.remove(client) != null) {
            return false;
        }
        if (asked.size() == MOST) {
            asked.remove(asked.keySet().iterator().next());
        }
        asked.put(client, Boolean.TRUE);
        return true;
    }
}
