package org.platformforge.kernel.http.hygiene;

import java.util.regex.Pattern;
import javax.servlet.http.HttpServletRequest;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.trace.TraceContext;

/**
 * The one id of a request: the caller's trace, else the caller's own id when it is harmless, else a new one.
 * Stateless.
 */
public final class RequestIds {
    public static final String HEADER = "X-Request-Id";

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private RequestIds() {}

    /** For a request that is refused before it has a trace. */
    public static String of(HttpServletRequest request) {
        String parent = request.getHeader(TraceContext.PARENT_HEADER);
        return of(request, TraceContext.isValid(parent) ? TraceContext.of(parent, null) : null);
    }

    /**
     * Never null, always safe to print in a header, a log line and JSON.
     *
     * @param trace the request's, null for none
     */
    public static String of(HttpServletRequest request, TraceContext trace) {
        if (trace != null && trace.parentId() != null) {
            return trace.traceId();
        }
        String own = request.getHeader(HEADER);
        return own != null && HARMLESS.matcher(own).matches() ? own : Ids.next("req_");
    }
}
