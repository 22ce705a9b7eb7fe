package org.platformforge.kernel.http.route;

import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.List;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/**
 * One resource method as its annotations describe it. It holds classes of its module, so it lives no longer than the
 * module's generation.
 *
 * @param scope whose route it is
 * @param method the HTTP method in upper case
 * @param template the full path template from the scope and {@code @Path} of class and method, such as {@code
 *     /api/v1/resources/{id}}
 * @param tag the heading in the OpenAPI document
 * @param resource the class with {@code @Api}; null when it is in another process
 * @param handler the annotated method; null when it is in another process
 * @param consumes media types of the request body; empty means JSON
 * @param produces media types of the answer; empty means JSON
 * @param streamsBody whether the method takes the body as a stream
 */
public record RouteDescription(
        RouteScope scope,
        String method,
        String template,
        Dialect dialect,
        String tag,
        Class<?> resource,
        Method handler,
        Endpoint endpoint,
        List<String> consumes,
        List<String> produces,
        boolean streamsBody) {

    /** One whose class and method are at hand. */
    public RouteDescription(
            RouteScope scope,
            String method,
            String template,
            Dialect dialect,
            String tag,
            Class<?> resource,
            Method handler,
            Endpoint endpoint,
            List<String> consumes,
            List<String> produces) {
        this(
                scope,
                method,
                template,
                dialect,
                tag,
                resource,
                handler,
                endpoint,
                consumes,
                produces,
                List.of(handler.getParameterTypes()).contains(InputStream.class));
    }

    /** Unique on the platform. */
    public String operationId() {
        return scope.operationId(endpoint.operationId());
    }

    /** What the caller must hold, or one of the values of {@link Endpoint}. */
    public String permission() {
        return scope.permission(endpoint.permission());
    }
}
