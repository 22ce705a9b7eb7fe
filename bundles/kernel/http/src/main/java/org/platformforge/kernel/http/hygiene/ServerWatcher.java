package org.platformforge.kernel.http.hygiene;

import org.eclipse.jetty.server.Server;

/** Wants the HTTP server the platform runs on; a service of this bundle. */
public interface ServerWatcher {
    /** With the first request, and whenever it is another server than before. */
    void met(Server server);
}
