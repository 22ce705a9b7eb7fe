package org.platformforge.kernel.api.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Values of the {@code Link} header (RFC 8288). Thread-safe. */
public final class Links {
    private Links() {}

    /**
     * The next page of a list: the same request with the cursor in place of its own cursor, offset and page.
     *
     * @param request the URI of this request, with its query
     * @param cursor {@link org.platformforge.kernel.api.Page#nextCursor()}
     * @return such as {@code </api/v1/resources?environment=dev&cursor=abc>; rel="next"}
     */
    public static String next(URI request, String cursor) {
        StringBuilder link = new StringBuilder("<").append(request.getRawPath()).append('?');
        if (request.getRawQuery() != null) {
            for (String parameter : request.getRawQuery().split("&")) {
                if (!parameter.isEmpty() && !parameter.matches("(cursor|offset|page)(=.*)?")) {
                    link.append(parameter).append('&');
                }
            }
        }
        return link.append("cursor=")
                .append(URLEncoder.encode(cursor, StandardCharsets.UTF_8))
                .append(">; rel=\"next\"")
                .toString();
    }
}
