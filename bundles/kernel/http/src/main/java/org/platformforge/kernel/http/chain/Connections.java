package org.platformforge.kernel.http.chain;

import javax.servlet.ServletRequest;
import javax.servlet.http.HttpServletRequest;
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

    /**
     * Before an answer that was made without reading the request's body: what of it has arrived is passed over, and when
     * that is not all, the answer says {@code Connection: close} (RFC 9112, 9.3), because the container will close the
     * connection behind it. A client that does not hear of that sends its next request into a closed connection.
     */
    static void closeUnlessRead(HttpServletRequest request) {
        boolean hasBody = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        Request base = hasBody ? Request.getBaseRequest(request) : null;
        if (base != null) {
            base.getHttpChannel().ensureConsumeAllOrNotPersistent();
        }
    }
}
