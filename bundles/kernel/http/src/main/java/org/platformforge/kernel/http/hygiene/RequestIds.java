package org.platformforge.kernel.http.hygiene;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.servlet.http.HttpServletRequest;
import org.platformforge.kernel.api.Ids;

/**
 * The one id of a request: the caller's trace, else the caller's own id when it is harmless, else a new one.
 * Stateless.
 */
public final class RequestIds {
    public static final String HEADER = "X-Request-Id";

    private static final Pattern TRACEPARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private RequestIds() {}

    /** Never null, always safe to print in a header, a log line and JSON. */
    public static String of(HttpServletRequest request) {
        String trace = traceId(request.getHeader("traceparent"));
        if (trace != null) {
            return trace;
        }
        String own = request.getHeader(HEADER);
        return own != null && HARMLESS.matcher(own).matches() ? own : Ids.next("req_");
    }

    /** The trace id of a valid W3C {@code traceparent}; null otherwise. */
    public static String traceId(String traceparent) {
        if (traceparent == null || traceparent.length() > 512) {
            return null;
        }
        Matcher parts = TRACEPARENT.matcher(traceparent);
        boolean valid = parts.matches()
                && !parts.group(1).equals("ff")
                && (!parts.group(1).equals("00") || parts.group(4) == null)
                && !isZero(parts.group(2))
                && !isZero(parts.group(3));
        return valid ? parts.group(2) : null;
    }

    private static boolean isZero(String hex) {
        return hex.chars().allMatch(c -> c == '0');
    }
}
