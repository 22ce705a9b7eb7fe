package org.platformforge.kernel.api.http;

import java.io.IOException;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes whole requests by their host name, before any API route is looked at; the gateway is one. Implementations are
 * OSGi services; the front servlet asks them in ranking order. Thread-safe.
 */
@ConsumerType
public interface HostHandler {
    /**
     * @param host the Host header in lower case without its port
     * @return whether {@link #handle} answers requests for this host
     */
    boolean accepts(String host);

    /** Answers the request completely, synchronously or with {@code startAsync}. */
    void handle(String host, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException;
}
