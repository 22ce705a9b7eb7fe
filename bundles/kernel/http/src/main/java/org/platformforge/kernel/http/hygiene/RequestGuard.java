package org.platformforge.kernel.http.hygiene;

import java.util.Enumeration;
import javax.servlet.http.HttpServletRequest;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * Refuses requests that two parties could read differently: paths with hidden separators or dot segments, doubled
 * framing headers, broken encodings. Comes before routing, so that what is checked is what is routed. Stateless.
 */
public final class RequestGuard {
    private RequestGuard() {}

    /** @throws PlatformException MALFORMED, or METHOD_NOT_ALLOWED for TRACE and CONNECT */
    public static void check(HttpServletRequest request) {
        String method = request.getMethod();
        if ("TRACE".equals(method) || "CONNECT".equals(method)) {
            throw PlatformException.of(ErrorKind.METHOD_NOT_ALLOWED, "The method " + method + " is not supported");
        }
        refuse(UriText.problemOfPath(request.getRequestURI()));
        if (request.getQueryString() != null) {
            refuse(UriText.problemOfQuery(request.getQueryString()));
        }
        single(request, "Host");
        single(request, "Content-Length");
        single(request, "Content-Type");
        single(request, "Authorization");
        single(request, "X-API-Key");
        single(request, "X-Tenant-ID");
        single(request, "Idempotency-Key");
        if (request.getHeader("Content-Length") != null && request.getHeader("Transfer-Encoding") != null) {
            refuse("A request must not have both Content-Length and Transfer-Encoding");
        }
    }

    private static void single(HttpServletRequest request, String header) {
        Enumeration<String> values = request.getHeaders(header);
        if (values != null && values.hasMoreElements()) {
            values.nextElement();
            if (values.hasMoreElements()) {
                refuse("The header " + header + " must stand once");
            }
        }
    }

    private static void refuse(String problem) {
        if (problem != null) {
            throw PlatformException.of(ErrorKind.MALFORMED, problem);
        }
    }
}
