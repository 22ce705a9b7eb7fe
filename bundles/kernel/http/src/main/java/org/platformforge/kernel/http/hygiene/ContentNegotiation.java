package org.platformforge.kernel.http.hygiene;

import java.util.List;
import java.util.Locale;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** Whether client and route speak of the same media types. Stateless. */
public final class ContentNegotiation {
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    private ContentNegotiation() {}

    /**
     * For requests with a body.
     *
     * @param header the Content-Type, or null
     * @param consumes media types of the route; empty means JSON; {@code *}{@code /*} and {@code type/*} are wildcards
     * @throws PlatformException UNSUPPORTED_MEDIA_TYPE
     */
    public static void requireContentType(String header, List<String> consumes) {
        List<String> accepted = consumes.isEmpty() ? List.of(JSON) : consumes;
        String type = header == null ? "" : mediaType(header);
        if (accepted.stream().noneMatch(candidate -> consumes(candidate, type))) {
            throw PlatformException.of(
                            ErrorKind.UNSUPPORTED_MEDIA_TYPE,
                            "The Content-Type must be " + String.join(" or ", accepted))
                    .withDetail("accepted", accepted);
        }
        if (isJson(type)) {
            requireUtf8(header);
        }
    }

    /** Encoded request bodies are refused: they are the cheapest way to make a server hold much for little. */
    public static void requireIdentity(String contentEncoding) {
        if (contentEncoding != null
                && !contentEncoding.isBlank()
                && !"identity".equalsIgnoreCase(contentEncoding.trim())) {
            throw PlatformException.of(
                    ErrorKind.UNSUPPORTED_MEDIA_TYPE, "Request bodies must be sent without a Content-Encoding");
        }
    }

    /**
     * @param accept the Accept header, or null
     * @param produces media types of the route; empty means JSON. A client that asks for JSON problems only is served
     *     JSON too
     * @throws PlatformException NOT_ACCEPTABLE
     */
    public static void requireAcceptable(String accept, List<String> produces) {
        if (accept == null || accept.equals("*/*") || accept.equals(JSON) && produces.isEmpty()) {
            return;
        }
        List<String> offered = produces.isEmpty() ? List.of(JSON) : produces;
        List<MediaRange> ranges = MediaRange.parse(accept);
        boolean acceptable = offered.stream().anyMatch(type -> MediaRange.quality(ranges, mediaType(type)) > 0)
                || asksForProblem(ranges);
        if (!acceptable) {
            throw PlatformException.of(
                            ErrorKind.NOT_ACCEPTABLE, "This route answers " + String.join(" or ", offered) + " only")
                    .withDetail("available", offered);
        }
    }

    /** Whether errors shall be RFC 9457: asked for by name, and not less than plain JSON. */
    public static boolean wantsProblem(String accept) {
        if (accept == null || !accept.toLowerCase(Locale.ROOT).contains("problem+json")) {
            return false;
        }
        List<MediaRange> ranges = MediaRange.parse(accept);
        return asksForProblem(ranges) && MediaRange.quality(ranges, PROBLEM) >= named(ranges, JSON);
    }

    private static boolean asksForProblem(List<MediaRange> ranges) {
        return named(ranges, PROBLEM) > 0;
    }

    private static int named(List<MediaRange> ranges, String mediaType) {
        return ranges.stream()
                .filter(range -> range.is(mediaType))
                .mapToInt(MediaRange::permille)
                .max()
                .orElse(0);
    }

    private static boolean consumes(String candidate, String type) {
        if (candidate.equals("*/*") || candidate.equals(type)) {
            return true;
        }
        if (candidate.endsWith("/*")) {
            return type.startsWith(candidate.substring(0, candidate.length() - 1));
        }
        return candidate.equals(JSON) && isJson(type);
    }

    private static boolean isJson(String type) {
        return type.equals(JSON) || type.startsWith("application/") && type.endsWith("+json");
    }

    private static void requireUtf8(String header) {
        for (String part : header.split(";")) {
            String parameter = part.trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("charset=")) {
                String charset = parameter
                        .substring("charset=".length())
                        .replace("\"", "")
                        .trim();
                if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
                    throw PlatformException.of(ErrorKind.UNSUPPORTED_MEDIA_TYPE, "JSON must be sent in UTF-8");
                }
            }
        }
    }

    private static String mediaType(String header) {
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
    }
}
