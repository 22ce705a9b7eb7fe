package org.platformforge.kernel.http.front;

import java.io.IOException;
import javax.servlet.Servlet;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.http.chain.RequestChain;

/**
 * Registered once for every path, and never again while the platform runs: by its host a request goes to a {@link
 * org.platformforge.kernel.api.http.HostHandler}, else into the request chain. Everything that comes and goes is behind
 * it. Thread-safe.
 */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.pattern=/*",
            "osgi.http.whiteboard.servlet.name=platform-forge",
            "osgi.http.whiteboard.servlet.asyncSupported:Boolean=true"
        })
public final class FrontServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient HostHandlers hosts;
    private final transient RequestChain chain;

    @Activate
    public FrontServlet(@Reference HostHandlers hosts, @Reference RequestChain chain) {
        this.hosts = hosts;
        this.chain = chain;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (!hosts.handle(request, response)) {
            chain.handle(request, response);
        }
    }
}
