package org.platformforge.kernel.http.front;

import java.io.IOException;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.http.chain.RequestChain;

/**
 * By its host a request goes to a {@link org.platformforge.kernel.api.http.HostHandler}, else into the request chain.
 * Thread-safe.
 */
final class FrontServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient HostHandlers hosts;
    private final transient RequestChain chain;
    private volatile boolean reached;

    FrontServlet(HostHandlers hosts, RequestChain chain) {
        this.hosts = hosts;
        this.chain = chain;
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
        if (!hosts.handle(request, response)) {
            chain.handle(request, response);
        }
    }
}
