package org.platformforge.itests.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code /api/v1/openapi.json} as it is served, and whether answers are what it says. For one thread. */
final class ApiDocument {
    private static final String NAME = "urn:openapi";

    private final JsonNode document;
    private final JsonSchemaFactory schemas;
    private final Map<String, JsonSchema> compiled = new HashMap<>();

    /** @param pointer where it stands in the document */
    record Route(String method, String path, JsonNode description, String pointer) {
        boolean streams() {
            return description.path("x-streaming").asBoolean();
        }

        String operationId() {
            return description.path("operationId").asText();
        }

        @Override
        public String toString() {
            return method + ' ' + path;
        }
    }

    ApiDocument(Platform platform) {
        document = platform.http().get("/api/v1/openapi.json").json();
        schemas = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(NAME, document.toString()))));
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> routes.add(new Route(
                                operation.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                operation.getValue(),
                                "/paths/" + escaped(path.getKey()) + '/' + operation.getKey()))));
        return routes;
    }

    /** With its reference followed. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    /** What is wrong with the answer; empty when it is as documented. */
    Optional<String> problem(Route route, Answer answer) {
        if (answer.status() == 304) {
            // HTTP's own answer to a condition, where there is an entity tag
            return answer.body().length == 0 ? Optional.empty() : Optional.of("a body with 304");
        }
        String status = Integer.toString(answer.status());
        JsonNode response = route.description().path("responses").path(status);
        if (response.isMissingNode()) {
            return Optional.of("undocumented status");
        }
        String type = answer.header("Content-Type");
        JsonNode content = resolved(response).path("content");
        if (content.isMissingNode()) {
            return answer.body().length == 0 ? Optional.empty() : Optional.of("a body where none is documented");
        }
        String media = type == null ? "" : type.split(";", 2)[0];
        if (!content.has(media)) {
            return Optional.of("undocumented type " + type);
        }
        return content.path(media).has("schema")
                ? violations(pointerOf(route, status, response) + "/content/" + escaped(media) + "/schema", answer)
                : Optional.empty();
    }

    private static String pointerOf(Route route, String status, JsonNode response) {
        return response.has("$ref")
                ? response.path("$ref").asText().substring(1)
                : route.pointer() + "/responses/" + status;
    }

    private Optional<String> violations(String pointer, Answer answer) {
        JsonSchema schema = compiled.computeIfAbsent(
                pointer,
                at -> schemas.getSchema(
                        SchemaLocation.of(NAME + '#' + at),
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
        String found =
                schema.validate(answer.json()).stream().map(Object::toString).collect(Collectors.joining("; "));
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
