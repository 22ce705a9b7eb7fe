package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.ws.rs.core.Response;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.json.JsonCodec;
import org.platformforge.kernel.http.route.RouteDescription;
import org.platformforge.kernel.http.route.RouteScope;

/** Describes the routes of generations. Thread-safe. */
public final class OpenApiGenerator {
    private static final List<String> JSON = List.of("application/json");
    private static final Set<String> FORMS = Set.of("multipart/form-data", "application/x-www-form-urlencoded");

    /** Error responses that generations share; there are as many as the platform has kinds of errors in a dialect. */
    private final Map<String, ObjectNode> errorResponses = new ConcurrentHashMap<>();

    /**
     * @param owner the module's symbolic name or the extension's id
     * @param scope of all the routes
     * @param codec the generation's own, so that the schemas are what it reads and writes
     * @throws IllegalStateException for routes that cannot be described: no operationId, one used twice, two types of
     *     one name
     */
    public OpenApiFragment describe(String owner, RouteScope scope, List<RouteDescription> routes, JsonCodec codec) {
        SchemaGenerator schemas = new SchemaGenerator(codec.mapper(), scope);
        ErrorResponses errors = new ErrorResponses(errorResponses);
        ObjectNode paths = Json.object();
        Set<String> tags = new TreeSet<>();
        Set<String> operationIds = new HashSet<>();
        for (RouteDescription route : routes) {
            requireUnique(route, operationIds);
            tags.add(route.tag());
            paths.withObjectProperty(Parameters.plainPath(route.template()))
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route, schemas, errors));
        }
        ObjectNode components = Json.object();
        schemas.components().forEach(components::set);
        return new OpenApiFragment(owner, Set.copyOf(tags), paths, components, errors.components());
    }

    private static void requireUnique(RouteDescription route, Set<String> operationIds) {
        String id = route.operationId();
        if (route.endpoint().operationId().isBlank() || !operationIds.add(id)) {
            throw new IllegalStateException("the operationId '" + id + "' of " + route.method() + " " + route.template()
                    + " is " + (route.endpoint().operationId().isBlank() ? "empty" : "used twice"));
        }
    }

    private static ObjectNode operation(RouteDescription route, SchemaGenerator schemas, ErrorResponses errors) {
        ArrayNode parameters = Parameters.of(route.template(), route.handler(), schemas);
        Parameter body = Parameters.body(route.handler());
        ObjectNode request = body == null ? null : requestBody(route, body, schemas);
        return operation(route, parameters, request, success(route, schemas), errors);
    }

    /**
     * @param parameters without those of the request chain
     * @param request null when the route takes no body
     */
    static ObjectNode operation(
            RouteDescription route, ArrayNode parameters, ObjectNode request, Success success, ErrorResponses errors) {
        Endpoint endpoint = route.endpoint();
        ObjectNode operation =
                Json.object().put("operationId", route.operationId()).put("summary", endpoint.summary());
        operation.putArray("tags").add(route.tag());
        if (ErrorResponses.takesIdempotencyKeys(route)) {
            idempotencyKey(parameters);
        }
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        if (request != null) {
            operation.set("requestBody", request);
        }
        ObjectNode responses = operation.putObject("responses");
        success.addTo(responses, endpoint.summary());
        errors.addTo(responses, route.dialect(), ErrorResponses.kinds(route, request != null));
        for (int status : endpoint.sameBody()) {
            ObjectNode schema = (ObjectNode) success.content().path(JSON.get(0)).path("schema");
            errors.addSuccessTo(responses, status, schema.deepCopy());
        }
        operation.set("security", security(endpoint));
        extensions(operation, route);
        return operation;
    }

    private static void extensions(ObjectNode operation, RouteDescription route) {
        Endpoint endpoint = route.endpoint();
        operation.put("x-permission", route.permission());
        if (endpoint.scope() == Endpoint.Scope.PLATFORM) {
            operation.put("x-scope", "platform");
        }
        if (route.scope().isExtension()) {
            operation.put("x-extension", route.scope().extension());
        }
        operation.put("x-dialect", DialectSchemas.name(route.dialect()));
        if (endpoint.rateLimits().length > 0) {
            ArrayNode policies = operation.putArray("x-rate-limits");
            for (String policy : endpoint.rateLimits()) {
                policies.add(policy);
            }
        }
        if (endpoint.stepUp()) {
            operation.put("x-step-up", true);
        }
        if (endpoint.streaming()) {
            operation.put("x-streaming", true);
        }
    }

    private static void idempotencyKey(ArrayNode parameters) {
        ObjectNode parameter =
                parameters.addObject().put("name", "Idempotency-Key").put("in", "header");
        parameter.put(
                "description", "Repeating the request with the same key repeats its first answer, not its effect.");
        parameter.set("schema", Json.type("string").put("minLength", 1).put("maxLength", 255));
    }

    private static ObjectNode requestBody(RouteDescription route, Parameter body, SchemaGenerator schemas) {
        ObjectNode request = Json.object().put("required", body.getType() != Optional.class);
        ObjectNode content = request.putObject("content");
        List<String> types = route.consumes().isEmpty() ? JSON : route.consumes();
        for (String type : types) {
            ObjectNode media = content.putObject(type);
            Type described = requestType(route, body, type, types.size() == 1);
            if (described != null) {
                media.set("schema", schemas.schema(described, true));
            }
        }
        return request;
    }

    /** @param alone whether the route takes this media type only. @return null when nobody says what the body is */
    private static Type requestType(RouteDescription route, Parameter body, String mediaType, boolean alone) {
        Class<?> declared = FORMS.contains(mediaType)
                ? route.endpoint().form()
                : mediaType.equals(JSON.get(0)) ? route.endpoint().request() : Void.class;
        if (declared != Void.class) {
            return declared;
        }
        return alone && mediaType.equals(JSON.get(0)) && body.getType() != InputStream.class
                ? body.getParameterizedType()
                : null;
    }

    /**
     * What a route answers when nothing went wrong.
     *
     * @param paged whether it says where the next page is
     * @param content null when there is no body
     */
    record Success(int status, boolean paged, ObjectNode content) {
        void addTo(ObjectNode responses, String summary) {
            ObjectNode response = responses.putObject(Integer.toString(status));
            response.put("description", summary);
            ObjectNode headers = response.putObject("headers");
            CommonHeaders.reference(headers, CommonHeaders.REQUEST_ID);
            CommonHeaders.referenceRateLimits(headers);
            if (paged) {
                CommonHeaders.reference(headers, CommonHeaders.LINK);
            }
            if (content != null) {
                response.set("content", content);
            }
        }
    }

    private static Success success(RouteDescription route, SchemaGenerator schemas) {
        Type type = responseType(route);
        boolean json = route.produces().isEmpty() || route.produces().equals(JSON);
        boolean bare = route.dialect() != Dialect.PLATFORM_FORGE && route.dialect() != Dialect.PAAS;
        boolean empty = type == void.class && (bare || route.endpoint().status() == 204);
        int status = empty && route.endpoint().status() == 200
                ? 204
                : route.endpoint().status();
        ObjectNode content = null;
        if (!json) {
            content = Json.object();
            route.produces().forEach(content::putObject);
        } else if (!empty) {
            content = Json.object();
            content.putObject(JSON.get(0)).set("schema", successSchema(route, schemas));
        }
        return new Success(status, isPaged(route), content);
    }

    private static ObjectNode successSchema(RouteDescription route, SchemaGenerator schemas) {
        Type type = responseType(route);
        return DialectSchemas.success(route.dialect(), type == void.class ? null : schemas.schema(type, false));
    }

    private static boolean isPaged(RouteDescription route) {
        return List.of(route.handler().getParameterTypes()).contains(PageRequest.class);
    }

    /** The type of the body; {@code void} when there is none. */
    private static Type responseType(RouteDescription route) {
        Class<?> declared = route.endpoint().response();
        if (declared != Void.class) {
            return declared;
        }
        Type returned = route.handler().getGenericReturnType();
        return returned == Void.class || returned == Response.class ? void.class : returned;
    }

    private static ArrayNode security(Endpoint endpoint) {
        ArrayNode security = Json.array();
        if (endpoint.permission().equals(Endpoint.PUBLIC)) {
            return security;
        }
        List<Caller.Scheme> schemes = List.of(endpoint.schemes());
        if (schemes.contains(Caller.Scheme.JWT) || schemes.contains(Caller.Scheme.API_TOKEN)) {
            security.addObject().putArray("bearer");
        }
        if (schemes.contains(Caller.Scheme.API_KEY)) {
            security.addObject().putArray("api_key");
        }
        if (schemes.contains(Caller.Scheme.NONE)) {
            security.addObject();
        }
        return security;
    }
}
