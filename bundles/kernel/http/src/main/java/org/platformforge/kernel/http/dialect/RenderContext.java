package org.platformforge.kernel.http.dialect;

import java.util.Objects;
import org.platformforge.kernel.api.http.Dialect;

/**
 * What rendering needs to know of one request.
 *
 * @param path the request's path, for {@code instance} of RFC 9457; without its query, which may hold secrets
 * @param problemJson whether the client asked for {@code application/problem+json}
 */
public record RenderContext(Dialect dialect, String requestId, String path, boolean problemJson) {
    public RenderContext {
        Objects.requireNonNull(dialect, "dialect");
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(path, "path");
    }
}
