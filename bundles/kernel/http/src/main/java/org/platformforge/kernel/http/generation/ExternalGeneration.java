package org.platformforge.kernel.http.generation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.osgi.framework.Version;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.json.JsonLimits;
import org.platformforge.kernel.http.metrics.RouteMeters;
import org.platformforge.kernel.http.openapi.ExternalOpenApi;
import org.platformforge.kernel.http.openapi.OpenApiFragment;
import org.platformforge.kernel.http.openapi.OpenApiGenerator;
import org.platformforge.kernel.http.route.PathTemplate;
import org.platformforge.kernel.http.route.RouteDescription;
import org.platformforge.kernel.http.route.RouteScope;

/**
 * Routes of an extension in another process: there they are made of its resources and described, here they are made of
 * the description. The description is another's word: it is read within limits, held against the same rules as the
 * annotations of a resource in this process, and counts for nothing the platform knows itself. Stateless.
 */
public final class ExternalGeneration {
    private static final int MAX_ROUTES = 500;
    private static final int MAX_TEXT = 1000;
    private static final int MAX_LIST = 32;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE");
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxStringLength(1 << 16)
                    .maxNumberLength(32)
                    .build())
            .build());

    private ExternalGeneration() {}

    /**
     * In the extension's process: the routes of its resources.
     *
     * @throws IllegalArgumentException naming everything that is wrong with them
     */
    public static Generation host(String extensionId, String version, List<Object> resources) {
        RouteScope scope = new RouteScope(extensionId);
        Generation generation =
                new Generation(1, 0, extensionId, Version.parseVersion(version), scope, new RouteMeters());
        try {
            JaxRsBus bus = new JaxRsBus();
            generation.own(bus);
            GenerationBuilder.fill(generation, scope, resources, JsonLimits.defaults(), new OpenApiGenerator(), bus);
            return generation;
        } catch (GenerationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** In the extension's process: what the platform has to know of the routes. */
    public static String describe(Generation generation) {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode routes = json.putArray("routes");
        String prefix = generation.scope().path("/");
        for (Route route : generation.routes()) {
            RouteDescription description = route.description();
            Endpoint endpoint = description.endpoint();
            String own = description.template().substring(prefix.length());
            String tag = description.tag().substring(generation.scope().tag("").length());
            ObjectNode one = routes.addObject()
                    .put("operation_id", endpoint.operationId())
                    .put("method", description.method())
                    .put("path", own.isEmpty() ? "/" : own)
                    .put("dialect", description.dialect().name())
                    .put("tag", tag)
                    .put("summary", endpoint.summary())
                    .put("permission", endpoint.permission())
                    .put("step_up", endpoint.stepUp())
                    .put("status", endpoint.status())
                    .put("max_body", endpoint.maxBody())
                    .put("reads_body", route.readsBody())
                    .put("streams_body", route.streamsBody());
            Arrays.stream(endpoint.schemes()).map(Enum::name).forEach(one.putArray("schemes")::add);
            Arrays.stream(endpoint.errors()).map(Enum::name).forEach(one.putArray("errors")::add);
            description.consumes().forEach(one.putArray("consumes")::add);
            description.produces().forEach(one.putArray("produces")::add);
        }
        OpenApiFragment fragment = generation.openApi().unpack();
        json.set("paths", fragment.paths());
        json.set("schemas", fragment.schemas());
        return json.toString();
    }

    /** On the platform. */
    static void fill(Generation generation, RouteScope scope, ExternalRoutes external) throws GenerationException {
        JsonNode said;
        try {
            said = MAPPER.readTree(external.description());
        } catch (JsonProcessingException e) {
            throw new GenerationException("The description of its routes cannot be read: " + e.getOriginalMessage());
        }
        List<RouteDescription> descriptions = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        scope.problem().ifPresent(problems::add);
        JsonNode list = said.path("routes");
        if (!list.isArray() || list.size() > MAX_ROUTES) {
            throw new GenerationException("It describes no routes, or more than " + MAX_ROUTES);
        }
        for (JsonNode one : list) {
            RouteDescription description = read(scope, one, problems);
            descriptions.add(description);
            routes.add(new Route(
                    description,
                    generation,
                    new ExternalOperation(
                            external,
                            description.endpoint().operationId(),
                            one.path("reads_body").asBoolean())));
        }
        checkDuplicates(descriptions, problems);
        if (!problems.isEmpty()) {
            throw new GenerationException(String.join("; ", problems));
        }
        generation.complete(routes, ExternalOpenApi.describe(scope, descriptions, said));
    }

    private static RouteDescription read(RouteScope scope, JsonNode one, List<String> problems)
            throws GenerationException {
        String operation = text(one, "operation_id");
        String path = text(one, "path");
        String method = text(one, "method");
        if (!METHODS.contains(method) || !path.startsWith("/")) {
            throw new GenerationException("The route " + operation + " has no method or path that can be served");
        }
        int status = one.path("status").asInt();
        if (status < 200 || status > 299) {
            problems.add(operation + ": " + status + " is no status of success");
        }
        int maxBody = one.path("max_body").asInt(-1);
        if (maxBody < 0) {
            problems.add(operation + ": max_body is negative");
        }
        Endpoint endpoint = new DescribedEndpoint(
                operation,
                text(one, "summary"),
                text(one, "permission"),
                one.path("step_up").asBoolean(),
                status,
                constants(one, "schemes", Caller.Scheme.class).toArray(new Caller.Scheme[0]),
                constants(one, "errors", ErrorKind.class).toArray(new ErrorKind[0]),
                maxBody);
        problems.addAll(ExtensionRules.problems(operation, endpoint, path));
        String template = scope.path(path);
        try {
            PathTemplate.compile(template);
        } catch (IllegalArgumentException e) {
            throw new GenerationException(operation + ": " + e.getMessage());
        }
        if (!template.startsWith(ExtensionRouting.PATH + scope.extension()) || template.contains("/../")) {
            problems.add(operation + ": " + path + " is no path");
        }
        return new RouteDescription(
                scope,
                method,
                template,
                constant(text(one, "dialect"), Dialect.class),
                scope.tag(text(one, "tag")),
                null,
                null,
                endpoint,
                texts(one, "consumes"),
                texts(one, "produces"),
                one.path("streams_body").asBoolean());
    }

    private static void checkDuplicates(List<RouteDescription> routes, List<String> problems) {
        Set<String> operations = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (RouteDescription route : routes) {
            if (!operations.add(route.operationId())) {
                problems.add("The operationId " + route.operationId() + " is used twice");
            }
            if (!paths.add(route.method() + " "
                    + PathTemplate.compile(route.template()).shape())) {
                problems.add(route.method() + " " + route.template() + " is answered twice");
            }
        }
    }

    private static String text(JsonNode one, String key) throws GenerationException {
        JsonNode value = one.path(key);
        if (!value.isTextual() || value.textValue().length() > MAX_TEXT || hasControl(value.textValue())) {
            throw new GenerationException("A route is described without a proper " + key);
        }
        return value.textValue();
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7f);
    }

    private static List<String> texts(JsonNode one, String key) throws GenerationException {
        JsonNode list = one.path(key);
        if (!list.isArray() || list.size() > MAX_LIST) {
            throw new GenerationException("A route is described without a proper " + key);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode value : list) {
            if (!value.isTextual() || value.textValue().length() > MAX_TEXT || hasControl(value.textValue())) {
                throw new GenerationException("A route is described without a proper " + key);
            }
            texts.add(value.textValue());
        }
        return List.copyOf(texts);
    }

    private static <E extends Enum<E>> List<E> constants(JsonNode one, String key, Class<E> type)
            throws GenerationException {
        List<E> constants = new ArrayList<>();
        for (String text : texts(one, key)) {
            constants.add(constant(text, type));
        }
        return constants;
    }

    private static <E extends Enum<E>> E constant(String text, Class<E> type) throws GenerationException {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new GenerationException(text + " is none of " + Arrays.toString(type.getEnumConstants()), e);
        }
    }
}
