package org.platformforge.kernel.http.hygiene;

import java.util.Enumeration;
import javax.servlet.http.HttpServletRequest;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** How long the request line and the headers may be, where that is less than the server's own limit. Thread-safe. */
public final class RequestLimits {
    private final int maxUriLength;
    private final int maxHeaderBytes;

    /**
     * @param maxUriLength characters of path and query
     * @param maxHeaderBytes of all header names and values together
     */
    public RequestLimits(int maxUriLength, int maxHeaderBytes) {
        this.maxUriLength = maxUriLength;
        this.maxHeaderBytes = maxHeaderBytes;
    }

    /** @throws PlatformException URI_TOO_LONG or HEADERS_TOO_LARGE */
    public void check(HttpServletRequest request) {
        String query = request.getQueryString();
        if (request.getRequestURI().length() + (query == null ? 0 : query.length() + 1) > maxUriLength) {
            throw PlatformException.of(ErrorKind.URI_TOO_LONG, "The URI is longer than " + maxUriLength + " characters")
                    .withDetail("max_length", maxUriLength);
        }
        long size = 0;
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
                size += name.length() + values.nextElement().length() + 4L;
            }
        }
        if (size > maxHeaderBytes) {
            throw PlatformException.of(
                            ErrorKind.HEADERS_TOO_LARGE, "The headers are larger than " + maxHeaderBytes + " bytes")
                    .withDetail("max_bytes", maxHeaderBytes);
        }
    }
}
