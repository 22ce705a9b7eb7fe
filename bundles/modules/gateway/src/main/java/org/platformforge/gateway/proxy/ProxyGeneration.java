package org.platformforge.gateway.proxy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * The proxy of one state of the configuration, with everything that uses it. It is closed when it is retired and the
 * last request or tunnel has ended, so that a change of the configuration cuts nothing off. Thread-safe.
 */
final class ProxyGeneration implements AutoCloseable {
    private static final String ATTRIBUTE = ProxyGeneration.class.getName();

    private final ForwardingServlet proxy;
    private final String suffix;
    private final int idleTimeout;
    /** One for each request and tunnel, and one for being the current generation; 0 for ever once it is reached. */
    private final AtomicLong uses = new AtomicLong(1);

    ProxyGeneration(ForwardingServlet proxy, String suffix, int idleTimeout) {
        this.proxy = proxy;
        this.suffix = suffix;
        this.idleTimeout = idleTimeout;
    }

    static ProxyGeneration of(HttpServletRequest request) {
        return (ProxyGeneration) request.getAttribute(ATTRIBUTE);
    }

    String suffix() {
        return suffix;
    }

    int idleTimeout() {
        return idleTimeout;
    }

    /** @return false when it is closed; its successor is there then */
    boolean enter() {
        return uses.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    void exit() {
        if (uses.decrementAndGet() == 0) {
            // the last answer ends on a thread of the proxy itself, which cannot wait for its own end
            Thread closer = new Thread(this::close, "gateway-proxy-close");
            closer.setDaemon(true);
            closer.start();
        }
    }

    /** Takes no part in new requests; called once. */
    void retire() {
        exit();
    }

    boolean closed() {
        return uses.get() == 0;
    }

    /** Only between {@link #enter} and {@link #exit}. */
    void forward(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        request.setAttribute(ATTRIBUTE, this);
        proxy.service(request, response);
        if (request.isAsyncStarted() && enter()) {
            request.getAsyncContext().addListener(new WhenComplete(this::exit));
        }
    }

    /** Cuts off what still uses it. */
    @Override
    public void close() {
        proxy.destroy();
    }
}
