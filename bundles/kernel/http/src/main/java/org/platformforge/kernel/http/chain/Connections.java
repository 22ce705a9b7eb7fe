package org.platformforge.kernel.http.chain;

import javax.servlet.ServletRequest;
import org.eclipse.jetty.server.Request;

/** What the servlet API has no word for. */
final class Connections {
    private Connections() {}

    /**
     * Cuts the connection of a request, so that its client cannot take the part of the answer it has for the whole.
     *
     * @return false when the container is another one than Jetty
     */
    static boolean cut(ServletRequest request, Throwable reason) {
        Request base = Request.getBaseRequest(request);
        if (base == null) {
            return false;
        }
        base.getHttpChannel().abort(reason);
        return true;
    }
}
