package org.platformforge.itests.benchmarks.peer;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.RateLimiter;

/** Asks the rate limiter many times in one request, so that what the request costs disappears beside it. */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.pattern=/bench/limits",
            "osgi.http.whiteboard.servlet.name=bench-limits"
        })
public final class LimiterPeer extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient RateLimiter limiter;
    private final transient Callers callers;

    @Activate
    public LimiterPeer(@Reference RateLimiter limiter, @Reference Callers callers) {
        this.limiter = limiter;
        this.callers = callers;
    }

    /** {@code times} questions of one user in one tenant, each counted by both policies of document 003. */
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Caller caller = callers.authenticated(callers.system("bench"), "bench", "user_bench", Set.of());
        int times = Integer.parseInt(request.getParameter("times"));
        for (int i = 0; i < times; i++) {
            RateLimiter.Decision decision = limiter.acquire(Dialect.PAAS, List.of(), caller, "192.0.2.1");
            if (decision == null || !decision.allowed()) {
                response.sendError(HttpServletResponse.SC_CONFLICT, "No limit is counted, or one is reached");
                return;
            }
        }
        response.setContentType("text/plain");
        response.getOutputStream().print("counted");
    }
}
