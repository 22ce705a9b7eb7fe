package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.dialect.ErrorCodes;
import org.platformforge.kernel.http.dialect.ErrorRenderer;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.dialect.StatusPhrases;
import org.platformforge.kernel.http.route.RouteDescription;

/**
 * Every error a route can answer, with an example that the real renderer made. Equal responses are shared as
 * components.
 */
final class ErrorResponses {
    private static final Instant EXAMPLE_TIME = Instant.parse("2024-01-20T10:00:00Z");
    private static final String EXAMPLE_ID = "req_123456";

    private static final ErrorRenderer RENDERER = new ErrorRenderer(Clock.fixed(EXAMPLE_TIME, ZoneOffset.UTC));
    private static final ObjectMapper READER = new JsonMapper();
    private final ObjectNode components = Json.object();
    private final Map<String, ObjectNode> known;

    /** @param known responses by their names, which say all that is in them; whatever is missing is added */
    ErrorResponses(Map<String, ObjectNode> known) {
        this.known = known;
    }

    ObjectNode components() {
        return components;
    }

    /** What the route can go wrong with: what the chain and its shape imply, and what its annotation adds. */
    static Set<ErrorKind> kinds(RouteDescription route, boolean hasBody) {
        Endpoint endpoint = route.endpoint();
        // a version that is not served and a path that cannot be read are refused on every route
        Set<ErrorKind> kinds = EnumSet.of(
                ErrorKind.MALFORMED,
                ErrorKind.VALIDATION,
                ErrorKind.NOT_ACCEPTABLE,
                ErrorKind.INTERNAL,
                ErrorKind.UNAVAILABLE);
        kinds.addAll(List.of(endpoint.errors()));
        if (!List.of(endpoint.rateLimits()).contains(Endpoint.UNLIMITED)) {
            kinds.add(ErrorKind.RATE_LIMITED);
        }
        if (hasBody) {
            kinds.add(ErrorKind.PAYLOAD_TOO_LARGE);
            kinds.add(ErrorKind.UNSUPPORTED_MEDIA_TYPE);
        }
        if (route.template().indexOf('{') >= 0) {
            kinds.add(ErrorKind.NOT_FOUND);
        }
        if (route.scope().isExtension()) {
            // the tenant may not have installed it, and a call into it has its time
            kinds.add(ErrorKind.NOT_FOUND);
            kinds.add(ErrorKind.GATEWAY_TIMEOUT);
        }
        if (!endpoint.permission().equals(Endpoint.PUBLIC)) {
            kinds.add(ErrorKind.UNAUTHENTICATED);
            kinds.add(ErrorKind.TENANT_MISMATCH);
        }
        if (endpoint.stepUp()) {
            kinds.add(ErrorKind.STEP_UP_REQUIRED);
        }
        if (!endpoint.permission().startsWith("*")) {
            kinds.add(ErrorKind.FORBIDDEN);
        }
        if (takesIdempotencyKeys(route)) {
            kinds.add(ErrorKind.CONFLICT);
            kinds.add(ErrorKind.UNPROCESSABLE);
        }
        return kinds;
    }

    /**
     * Whether a repeated key repeats the first answer. A key is its caller's, so public routes take none; nor do those
     * whose body or answer is a stream.
     */
    static boolean takesIdempotencyKeys(RouteDescription route) {
        Endpoint endpoint = route.endpoint();
        return List.of("POST", "PATCH").contains(route.method())
                && !endpoint.permission().equals(Endpoint.PUBLIC)
                && !endpoint.streaming()
                && !route.streamsBody();
    }

    void addTo(ObjectNode responses, Dialect dialect, Set<ErrorKind> kinds) {
        TreeMap<Integer, Set<ErrorKind>> byStatus = kinds.stream()
                .collect(Collectors.groupingBy(
                        ErrorKind::status,
                        TreeMap::new,
                        Collectors.toCollection(() -> EnumSet.noneOf(ErrorKind.class))));
        byStatus.forEach((status, same) -> responses
                .putObject(Integer.toString(status))
                .put("$ref", "#/components/responses/" + component(dialect, status, same)));
    }

    /** The status is also answered with the route's own body. */
    void addSuccessTo(ObjectNode responses, int status, ObjectNode schema) {
        String key = Integer.toString(status);
        String shared = responses.path(key).path("$ref").asText();
        ObjectNode response = shared.isEmpty()
                ? Json.object().put("description", StatusPhrases.of(status))
                : ((ObjectNode) components.get(shared.substring(shared.lastIndexOf('/') + 1))).deepCopy();
        ObjectNode media = response.withObjectProperty("content").withObjectProperty(ErrorRenderer.JSON);
        ObjectNode either = Json.object();
        either.putArray("anyOf").add(schema);
        if (media.has("schema")) {
            either.withArray("anyOf").add(media.get("schema"));
        }
        media.set("schema", either);
        responses.set(key, response);
    }

    private String component(Dialect dialect, int status, Set<ErrorKind> kinds) {
        String name = DialectSchemas.name(dialect) + "."
                + kinds.stream()
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("-"));
        if (!components.has(name)) {
            components.set(name, known.computeIfAbsent(name, made -> response(dialect, status, kinds)));
        }
        return name;
    }

    private ObjectNode response(Dialect dialect, int status, Set<ErrorKind> kinds) {
        ObjectNode response = Json.object().put("description", StatusPhrases.of(status));
        ObjectNode headers = response.putObject("headers");
        CommonHeaders.reference(headers, CommonHeaders.REQUEST_ID);
        CommonHeaders.reference(headers, CommonHeaders.LINK);
        if (status == ErrorKind.RATE_LIMITED.status()) {
            CommonHeaders.referenceRateLimits(headers);
        }
        if (status == ErrorKind.RATE_LIMITED.status() || status == ErrorKind.UNAVAILABLE.status()) {
            CommonHeaders.reference(headers, CommonHeaders.RETRY_AFTER);
        }
        ObjectNode content = response.putObject("content");
        content(content, ErrorRenderer.JSON, DialectSchemas.errorName(dialect), dialect, kinds, false);
        content(content, ErrorRenderer.PROBLEM_JSON, DialectSchemas.PROBLEM, dialect, kinds, true);
        return response;
    }

    private void content(
            ObjectNode content, String type, String schema, Dialect dialect, Set<ErrorKind> kinds, boolean problem) {
        ObjectNode media = content.putObject(type);
        media.set("schema", Json.schemaRef(schema));
        ObjectNode examples = media.putObject("examples");
        for (ErrorKind kind : kinds) {
            examples.putObject(kind.name().toLowerCase(Locale.ROOT))
                    .put("summary", ErrorCodes.of(kind, dialect))
                    .set("value", example(kind, dialect, problem));
        }
    }

    private ObjectNode example(ErrorKind kind, Dialect dialect, boolean problem) {
        PlatformException error = kind == ErrorKind.VALIDATION
                ? PlatformException.invalid(
                        "Invalid request", List.of(new FieldError("environment", "must not be blank")))
                : PlatformException.of(kind, StatusPhrases.of(kind.status()));
        RenderContext context = new RenderContext(dialect, EXAMPLE_ID, "/api/v1/example", problem);
        try {
            return (ObjectNode) READER.readTree(RENDERER.render(error, context).body());
        } catch (IOException e) {
            throw new UncheckedIOException("the renderer wrote no JSON", e);
        }
    }
}
