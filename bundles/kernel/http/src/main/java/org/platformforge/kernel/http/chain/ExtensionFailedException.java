package org.platformforge.kernel.http.chain;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.http.generation.Route;

/** A failure in an extension's code, told without any object of it. */
final class ExtensionFailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 10;
    private static final int MAX_DEPTH = 5;
    private static final int MAX_TEXT = 1000;

    private ExtensionFailedException(String text, StackTraceElement[] trace, Throwable cause) {
        super(text, cause);
        setStackTrace(trace);
    }

    /** What the failure says to a client, or else to the log. On the extension's thread, for it runs the extension's code. */
    static Exception detached(Route route, Throwable failure) {
        Throwable at = failure;
        for (int i = 0; at != null && i < MAX_CAUSES; i++) {
            if (at instanceof PlatformException known) {
                return plain(known);
            }
            if (at instanceof WebApplicationException web
                    && ThrownResponses.isError(web.getResponse().getStatus())) {
                return new WebApplicationException(plain(route, web.getResponse()));
            }
            at = at.getCause();
        }
        return failure instanceof IOException
                ? new IOException(text(failure), told(failure.getCause(), 1))
                : told(failure, 0);
    }

    /** @param text what another process has said of its failure */
    static Exception told(String text) {
        String said = String.valueOf(text);
        return new ExtensionFailedException(
                said.length() <= MAX_TEXT ? said : said.substring(0, MAX_TEXT) + "…", new StackTraceElement[0], null);
    }

    private static ExtensionFailedException told(Throwable failure, int depth) {
        return failure == null || depth == MAX_DEPTH
                ? null
                : new ExtensionFailedException(
                        text(failure), failure.getStackTrace(), told(failure.getCause(), depth + 1));
    }

    private static String text(Throwable failure) {
        String text = failure.getClass().getName() + ": " + failure.getMessage();
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    /** Its status, and those of its headers that any answer of an extension may have. */
    private static Response plain(Route route, Response thrown) {
        Answer told = new Answer(thrown.getStatus());
        thrown.getStringHeaders().forEach((name, values) -> values.forEach(value -> told.header(name, value)));
        Response.ResponseBuilder plain = Response.status(thrown.getStatus());
        ExtensionAnswer.of(route, told)
                .headers()
                .forEach((name, values) -> values.forEach(value -> plain.header(name, value)));
        return plain.build();
    }

    private static PlatformException plain(PlatformException known) {
        PlatformException plain = known.fields().isEmpty()
                ? PlatformException.of(known.kind(), known.getMessage())
                : PlatformException.invalid(known.getMessage(), known.fields());
        if (known.code().isPresent()) {
            plain = plain.withCode(known.code().get());
        }
        if (known.retryAfter().isPresent()) {
            plain = plain.withRetryAfter(known.retryAfter().get());
        }
        for (Map.Entry<String, Object> detail : known.details().entrySet()) {
            plain = plain.withDetail(detail.getKey(), plain(detail.getValue(), 0));
        }
        return known.getCause() == null ? plain : plain.withCause(told(known.getCause(), 0));
    }

    private static Object plain(Object value, int depth) {
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Double) {
            return value;
        }
        if (value instanceof Map<?, ?> map && depth < MAX_DEPTH) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, inner) -> copy.put(String.valueOf(key), plain(inner, depth + 1)));
            return copy;
        }
        if (value instanceof List<?> list && depth < MAX_DEPTH) {
            return list.stream().map(inner -> plain(inner, depth + 1)).collect(Collectors.toList());
        }
        return String.valueOf(value);
    }
}
