package org.platformforge.kernel.http.front;

import java.io.IOException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.http.hygiene.JettyErrorHandler;

/**
 * Refuses requests while the platform stops, or more of them wait than it can answer: 503 with Retry-After and the end of the
 * connection. Whoever asks for its health is always answered. Stateless.
 */
record Admission(Shutdown shutdown, Overload overload) {
    /** @return false when the request has been answered */
    boolean admits(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean stopping = shutdown.isDraining();
        if (!stopping && !overload.isOverloaded() || request.getRequestURI().startsWith("/health")) {
            return true;
        }
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader("Retry-After", stopping ? "5" : "1");
        response.setHeader("Connection", "close");
        JettyErrorHandler.answer(request, response);
        return false;
    }
}
