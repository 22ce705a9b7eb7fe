package org.platformforge.kernel.http.chain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.http.dialect.StatusPhrases;
import org.platformforge.kernel.http.generation.NotExecuted;
import org.platformforge.kernel.http.hygiene.HeaderText;

/**
 * What a {@link WebApplicationException} asks for. Of an error its status and the headers that explain it are kept; its
 * body is the dialect's. Thread-safe.
 */
final class ThrownResponses {
    private static final int MAX_CAUSES = 10;
    private static final Map<Integer, PlatformException> KNOWN = known();
    /** By their names in lower case; what is missing here describes a body, or is the chain's to say. */
    private static final Map<String, String> HEADERS =
            List.of("Allow", "Cache-Control", "Deprecation", "Link", "Retry-After", "Sunset", "WWW-Authenticate")
                    .stream()
                    .collect(Collectors.toMap(ThrownResponses::lower, name -> name));

    private ThrownResponses() {}

    /** @return the response that was thrown instead of being returned, such as a redirect, or null */
    static Response result(Throwable failure) {
        if (failure instanceof NotExecuted) {
            return null;
        }
        WebApplicationException thrown = find(failure);
        Response response = thrown == null ? null : thrown.getResponse();
        return response != null && response.getStatus() >= 200 && response.getStatus() < 400 ? response : null;
    }

    /** @return null for what is no error a client can be told of: 500, and no status of an error at all */
    static Refusal refusal(WebApplicationException thrown) {
        Response response = thrown.getResponse();
        int status = response.getStatus();
        if (!isError(status) || status == ErrorKind.INTERNAL.status()) {
            return null;
        }
        return new Refusal(error(status), status, headers(response));
    }

    static boolean isError(int status) {
        return status >= 400 && status <= 599;
    }

    private static WebApplicationException find(Throwable failure) {
        Throwable at = failure;
        for (int i = 0; at != null && i < MAX_CAUSES; i++) {
            if (at instanceof WebApplicationException web) {
                return web;
            }
            if (at instanceof PlatformException) {
                return null;
            }
            at = at.getCause();
        }
        return null;
    }

    private static PlatformException error(int status) {
        PlatformException known = KNOWN.get(status);
        if (known != null) {
            return known;
        }
        String phrase = StatusPhrases.of(status);
        ErrorKind kind = status < 500 ? ErrorKind.UNPROCESSABLE : ErrorKind.INTERNAL;
        return PlatformException.of(kind, phrase)
                .withCode(phrase.toUpperCase(Locale.ROOT).replace(' ', '_'));
    }

    private static Map<String, List<String>> headers(Response response) {
        Map<String, List<String>> kept = new LinkedHashMap<>();
        response.getStringHeaders().forEach((name, values) -> {
            String canonical = HEADERS.get(lower(name));
            if (canonical != null && !values.isEmpty()) {
                kept.put(canonical, values.stream().map(HeaderText::safe).toList());
            }
        });
        return kept;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The first kind of each status stands for it. */
    private static Map<Integer, PlatformException> known() {
        Map<Integer, PlatformException> all = new TreeMap<>();
        for (ErrorKind kind : ErrorKind.values()) {
            all.putIfAbsent(kind.status(), PlatformException.of(kind, message(kind)));
        }
        return Map.copyOf(all);
    }

    private static String message(ErrorKind kind) {
        return switch (kind) {
            case MALFORMED -> "The request cannot be read";
            case UNAUTHENTICATED -> "A credential is required";
            case FORBIDDEN -> "Not permitted";
            case NOT_FOUND -> "Not found";
            case METHOD_NOT_ALLOWED -> "The path does not support the method";
            case NOT_ACCEPTABLE -> "No acceptable representation";
            case PRECONDITION_FAILED -> "A precondition failed";
            case PAYLOAD_TOO_LARGE -> "The body is too large";
            case UNSUPPORTED_MEDIA_TYPE -> "The media type is not supported";
            case UNPROCESSABLE -> "The request cannot be processed";
            case UNAVAILABLE -> "Not available at the moment";
            default -> StatusPhrases.of(kind.status());
        };
    }
}
