package org.platformforge.kernel.http.front;

import java.io.IOException;
import java.util.Optional;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.http.chain.RequestChain;
import org.platformforge.kernel.http.tls.HttpsListener;

/**
 * By its host a request goes to a {@link org.platformforge.kernel.api.http.HostHandler}, else into the request chain.
 * Thread-safe.
 */
final class FrontServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    /** Keeps the method and the body (RFC 9110, 15.4.9). */
    private static final int PERMANENT_REDIRECT = 308;

    private final transient HostHandlers hosts;
    private final transient RequestChain chain;
    private final transient HttpsListener https;
    private final transient Admission admission;
    private volatile boolean reached;

    FrontServlet(HostHandlers hosts, RequestChain chain, HttpsListener https, Admission admission) {
        this.hosts = hosts;
        this.chain = chain;
        this.https = https;
        this.admission = admission;
    }

    /** Whether a request has come. */
    boolean isReached() {
        return reached;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (!reached) {
            reached = true;
        }
        if (!admission.admits(request, response)) {
            return;
        }
        Optional<String> elsewhere = https.redirect(request);
        if (elsewhere.isPresent()) {
            response.setStatus(PERMANENT_REDIRECT);
            response.setHeader("Location", elsewhere.get());
        } else if (!hosts.handle(request, response)) {
            chain.handle(request, response);
        }
    }
}
