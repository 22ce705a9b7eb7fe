package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.kernel.http.route.RouteDescription;
import org.platformforge.kernel.http.route.RouteScope;

/**
 * Routes of another process in the document. What the platform knows itself it says itself: names, permissions, security,
 * errors, headers. Of the other's words it takes the shape of parameters, bodies and answers. Stateless.
 */
public final class ExternalOpenApi {
    private static final int MAX_NODES = 50_000;
    private static final int MAX_NAME = 300;
    private static final String REFERENCE = "$ref";
    private static final String COMPONENTS = "#/components/schemas/";

    private ExternalOpenApi() {}

    /** @param said with {@code paths} and {@code schemas}, as {@link OpenApiGenerator} makes them */
    public static OpenApiFragment describe(RouteScope scope, List<RouteDescription> routes, JsonNode said) {
        int[] room = {MAX_NODES};
        ErrorResponses errors = new ErrorResponses(new HashMap<>());
        ObjectNode schemas = Json.object();
        String prefix = scope.schema("");
        said.path("schemas").properties().forEach(schema -> {
            if (schema.getKey().startsWith(prefix) && schema.getKey().length() <= MAX_NAME) {
                schemas.set(schema.getKey(), shape(schema.getValue(), room));
            }
        });
        ObjectNode paths = Json.object();
        Set<String> tags = new TreeSet<>();
        for (RouteDescription route : routes) {
            String path = Parameters.plainPath(route.template());
            String method = route.method().toLowerCase(Locale.ROOT);
            tags.add(route.tag());
            paths.withObjectProperty(path)
                    .set(method, operation(route, said.path("paths").path(path).path(method), errors, room));
        }
        return new OpenApiFragment(scope.extension(), Set.copyOf(tags), paths, schemas, errors.components());
    }

    private static ObjectNode operation(RouteDescription route, JsonNode said, ErrorResponses errors, int[] room) {
        ArrayNode parameters = Json.array();
        for (JsonNode parameter : said.path("parameters")) {
            if (!"Idempotency-Key".equals(parameter.path("name").asText())) {
                parameters.add(shape(parameter, room));
            }
        }
        ObjectNode request = said.path("requestBody") instanceof ObjectNode body ? object(body, room) : null;
        OpenApiGenerator.Success success =
                new OpenApiGenerator.Success(route.endpoint().status(), false, null);
        for (var response : said.path("responses").properties()) {
            if (response.getKey().matches("2\\d\\d")) {
                success = new OpenApiGenerator.Success(
                        Integer.parseInt(response.getKey()),
                        response.getValue().path("headers").has(CommonHeaders.LINK),
                        response.getValue().path("content") instanceof ObjectNode content
                                ? object(content, room)
                                : null);
            }
        }
        return OpenApiGenerator.operation(route, parameters, request, success, errors);
    }

    private static ObjectNode object(ObjectNode said, int[] room) {
        return (ObjectNode) shape(said, room);
    }

    /** A copy within limits, which refers to nothing outside of the document. */
    private static JsonNode shape(JsonNode said, int[] room) {
        if (--room[0] < 0) {
            throw new IllegalStateException("its description is larger than " + MAX_NODES + " nodes");
        }
        if (said instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            object.properties().forEach(entry -> {
                boolean reference = entry.getKey().equals(REFERENCE);
                if (!reference || entry.getValue().asText().startsWith(COMPONENTS)) {
                    copy.set(entry.getKey(), shape(entry.getValue(), room));
                }
            });
            return copy;
        }
        if (said instanceof ArrayNode array) {
            ArrayNode copy = Json.array();
            array.forEach(value -> copy.add(shape(value, room)));
            return copy;
        }
        return said;
    }
}
