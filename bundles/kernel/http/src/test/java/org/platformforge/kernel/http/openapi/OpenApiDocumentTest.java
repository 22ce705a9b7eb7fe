package org.platformforge.kernel.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.validation.Valid;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Size;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.dialect.RenderContext;
import org.platformforge.kernel.http.json.JsonCodec;
import org.platformforge.kernel.http.json.JsonLimits;
import org.platformforge.kernel.http.route.RouteDescription;
import org.platformforge.kernel.http.route.RouteScope;

class OpenApiDocumentTest {
    enum State {
        IN_PROGRESS,
        DONE
    }

    record Size2D(@Min(1) int width, Integer height) {}

    record ThingRequest(
            @NotBlank @Size(max = 50) String thingName,
            @Valid Size2D size,
            List<@Pattern(regexp = "[a-z]+") String> tags,
            Map<String, Object> parameters) {}

    record Thing(
            String id,
            State state,
            Size2D size,
            Instant createdAt,
            @JsonInclude(JsonInclude.Include.ALWAYS) String errorMessage,
            List<Thing> children,
            boolean ready) {}

    record Things<T>(List<T> things, long total) {}

    @SuppressWarnings("unused")
    static class ThingResource {
        @GET
        @Endpoint(operationId = "listThings", summary = "List things", permission = "thing:read")
        public Things<Thing> list(
                @Context Caller caller,
                @Context PageRequest page,
                @QueryParam("state") State state,
                @QueryParam("depth") @DefaultValue("3") @Max(9) int depth,
                @HeaderParam("If-None-Match") String match) {
            return null;
        }

        @GET
        @Endpoint(operationId = "getThing", summary = "Get a thing", permission = Endpoint.ANY_CALLER)
        public Thing get(@PathParam("id") String id) {
            return null;
        }

        @POST
        @Endpoint(
                operationId = "createThing",
                summary = "Create a thing",
                permission = "thing:create",
                status = 202,
                response = Thing.class,
                rateLimits = {"slow"},
                errors = {ErrorKind.CONFLICT, ErrorKind.TENANT_MISMATCH})
        public Response create(ThingRequest request, @Context Caller caller) {
            return null;
        }

        @DELETE
        @Endpoint(operationId = "deleteThing", summary = "Delete a thing", permission = Endpoint.PUBLIC)
        public void delete(@PathParam("id") String id) {}
    }

    record ForgetfulRequest(Size2D size) {}

    @SuppressWarnings("unused")
    static class ForgetfulResource {
        @POST
        @Endpoint(operationId = "forget", summary = "Forget", permission = "thing:create")
        public void create(ForgetfulRequest request) {}
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Announcement(@NotBlank String name, Map<String, Object> manifest) {}

    record Upload(@NotNull InputStream bundle, String signature, Boolean draft) {}

    @SuppressWarnings("unused")
    static class UploadResource {
        @POST
        @Endpoint(
                operationId = "upload",
                summary = "Upload",
                permission = "thing:create",
                request = Announcement.class,
                form = Upload.class)
        public void create(@Context Caller caller, InputStream body) {}
    }

    private static final JsonCodec CODEC = new JsonCodec(JsonLimits.defaults());
    private final JsonMapper mapper = new JsonMapper();

    @AfterAll
    static void close() {
        CODEC.close();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void isWellFormedInEveryDialect(Dialect dialect) throws IOException {
        JsonNode document = document(dialect);

        assertThat(document.get("openapi").asText()).startsWith("3.1.");
        assertThat(document.at("/info/version").asText()).isEqualTo("1.2.3");
        assertThat(problems(document)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void usesOnlyReferencesThatResolve(Dialect dialect) throws IOException {
        JsonNode document = document(dialect);
        List<String> references = document.findValuesAsText("$ref");

        assertThat(references).isNotEmpty();
        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void describesWhatTheCodecReallyWrites(Dialect dialect) throws IOException {
        JsonNode document = document(dialect);
        Thing child = new Thing("c", State.DONE, null, Instant.EPOCH, null, List.of(), true);
        Thing thing =
                new Thing("t", State.IN_PROGRESS, new Size2D(1, null), Instant.EPOCH, "no", List.of(child), false);
        byte[] body = CODEC.write(thing, new RenderContext(dialect, "req_1", "/things/t", false));

        String pointer = "/paths/~1api~1v1~1things~1{id}/get/responses/200/content/application~1json/schema";

        assertThat(validate(document, pointer, mapper.readTree(body))).isEmpty();
        assertThat(validate(document, pointer, mapper.readTree("{\"id\": 7, \"data\": {}, \"success\": 1}")))
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void describesErrorsByExamplesThatFitTheirSchemas(Dialect dialect) throws IOException {
        JsonNode document = document(dialect);
        int examples = 0;
        for (Map.Entry<String, JsonNode> response :
                document.at("/components/responses").properties()) {
            for (Map.Entry<String, JsonNode> content :
                    response.getValue().get("content").properties()) {
                String pointer = "/components/responses/" + response.getKey() + "/content/"
                        + content.getKey().replace("/", "~1") + "/schema";
                for (JsonNode example : content.getValue().get("examples")) {
                    assertThat(validate(document, pointer, example.get("value")))
                            .as(pointer)
                            .isEmpty();
                    examples++;
                }
            }
        }
        assertThat(examples).isGreaterThan(20);
    }

    @Test
    void describesParametersWithTypesDefaultsAndLimits() throws IOException {
        JsonNode list = document(Dialect.API_REFERENCE).at("/paths/~1api~1v1~1things/get");

        assertThat(parameter(list, "state").at("/schema/enum")).hasToString("[\"in_progress\",\"done\"]");
        assertThat(parameter(list, "depth").get("schema"))
                .isEqualTo(mapper.readTree("{\"type\":\"integer\",\"format\":\"int32\",\"maximum\":9,\"default\":3}"));
        assertThat(parameter(list, "If-None-Match").get("in").asText()).isEqualTo("header");
        assertThat(parameter(list, "limit").at("/schema/default").asInt()).isEqualTo(20);
        assertThat(parameter(list, "cursor")).isNotNull();
        assertThat(list.at("/responses/200/headers").has("Link")).isTrue();
    }

    @Test
    void describesRequestsWithConstraintsAndRefusesUnknownFields() throws IOException {
        JsonNode document = document(Dialect.PLATFORM_API);
        JsonNode create = document.at("/paths/~1api~1v1~1things/post");
        String reference =
                create.at("/requestBody/content/application~1json/schema/$ref").asText();
        JsonNode schema = document.at(reference.substring(1));

        assertThat(reference).endsWith("ThingRequest");
        assertThat(schema.get("required")).hasToString("[\"thing_name\"]");
        assertThat(schema.at("/properties/thing_name/maxLength").asInt()).isEqualTo(50);
        assertThat(schema.at("/properties/tags/items/pattern").asText()).isEqualTo("^(?:[a-z]+)$");
        assertThat(schema.get("additionalProperties").asBoolean()).isFalse();
        assertThat(create.get("responses").has("202")).isTrue();
        assertThat(create.get("responses").has("409")).isTrue();
        assertThat(create.get("x-permission").asText()).isEqualTo("thing:create");
        assertThat(create.get("x-dialect").asText()).isEqualTo("platform_api");
        assertThat(create.get("x-rate-limits")).hasToString("[\"slow\"]");
        assertThat(parameter(create, "Idempotency-Key")).isNotNull();
    }

    @Test
    void keepsDocumentedNullsAndClosedLists() throws IOException {
        JsonNode schemas = document(Dialect.PAAS).at("/components/schemas");
        JsonNode thing = schemas.get(SchemaNames.of(CODEC.mapper().constructType(Thing.class), false));

        assertThat(thing.at("/properties/error_message/type")).hasToString("[\"string\",\"null\"]");
        assertThat(thing.get("required")).hasToString("[\"error_message\",\"ready\"]");
    }

    @Test
    void saysWhichCredentialsARouteTakes() throws IOException {
        JsonNode document = document(Dialect.PLATFORM_API);

        assertThat(document.at("/paths/~1api~1v1~1things~1{id}/delete/security"))
                .isEmpty();
        assertThat(document.at("/paths/~1api~1v1~1things/get/security"))
                .hasToString("[{\"bearer\":[]},{\"api_key\":[]}]");
        assertThat(document.at("/components/securitySchemes/api_key/name").asText())
                .isEqualTo("X-API-Key");
    }

    @Test
    void changesItsTagWithTheRoutesAndOnlyThen() {
        OpenApiFragment fragment = fragment(Dialect.PLATFORM_API);
        OpenApiDocument one = merged("1", fragment);
        OpenApiDocument same = merged("1", fragment(Dialect.PLATFORM_API));
        OpenApiDocument other = merged("1");

        assertThat(one.etag()).isEqualTo(same.etag()).isNotEqualTo(other.etag()).matches("\"[0-9a-f]{32}\"");
    }

    @Test
    void refusesRoutesWithoutADistinctOperationId() {
        List<RouteDescription> twice = new ArrayList<>(routes(Dialect.PLATFORM_API));
        twice.add(twice.get(0));

        assertThatThrownBy(() -> new OpenApiGenerator().describe("test", RouteScope.PLATFORM, twice, CODEC))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("listThings");
    }

    @Test
    void refusesConstraintsThatWouldNotBeEnforced() {
        List<RouteDescription> routes =
                List.of(route("POST", "/x", Dialect.PLATFORM_API, ForgetfulResource.class, "create"));

        assertThatThrownBy(() -> new OpenApiGenerator().describe("test", RouteScope.PLATFORM, routes, CODEC))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ForgetfulRequest")
                .hasMessageContaining("@Valid");
    }

    @Test
    void keepsTheDocumentValidWhenTwoModulesShareAnOperationId() throws IOException {
        OpenApiFragment fragment = fragment(Dialect.PLATFORM_API);
        OpenApiFragment moved = new OpenApiFragment(
                "other", fragment.tags(), fragment.paths().objectNode(), fragment.schemas(), fragment.responses());
        fragment.paths().properties().forEach(path -> moved.paths().set("/other" + path.getKey(), path.getValue()));

        JsonNode document = mapper.readTree(merged("1", moved, fragment).json());

        assertThat(problems(document)).isEmpty();
        assertThat(document.get("paths")).hasSize(2);
    }

    @Test
    void tellsDifferentSchemasOfOneNameApartAndSharesEqualOnes() throws IOException {
        String view = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}";
        String other = "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"integer\"}}}";
        String page = "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/com.acme.View\"}}";
        OpenApiFragment one = fragment("one", Map.of("com.acme.View", view, "com.acme.Page", page));
        OpenApiFragment same = fragment("same", Map.of("com.acme.View", view, "com.acme.Page", page));
        // its page reads the same and is another one, as it is of another view
        OpenApiFragment two = fragment("two", Map.of("com.acme.View", other, "com.acme.Page", page));
        OpenApiFragment error = fragment("wrong", Map.of("com.acme.Page", page, "Error.platform_api", other));

        byte[] json = merged("1", two, error, same, one).json();

        assertThat(merged("1", one, same, two, error).json())
                .as("whatever came first")
                .isEqualTo(json);
        JsonNode document = mapper.readTree(json);
        assertThat(problems(document)).isEmpty();
        JsonNode schemas = document.at("/components/schemas");
        assertThat(schemas.properties())
                .extracting(Map.Entry::getKey)
                .filteredOn(name -> name.contains("acme") || name.contains("wrong"))
                .containsExactly(
                        "com.acme.Page",
                        "com.acme.View",
                        "two.com.acme.Page",
                        "two.com.acme.View",
                        "wrong.Error.platform_api");
        assertThat(schemas.get("com.acme.View")).isEqualTo(mapper.readTree(view));
        assertThat(schemas.get("two.com.acme.View")).isEqualTo(mapper.readTree(other));
        for (String owner : List.of("one", "same", "two")) {
            String expected = owner.equals("two") ? "two.com.acme." : "com.acme.";
            String answered = document.at(
                            "/paths/~1" + owner + "/get/responses/200/content/application~1json/schema/$ref")
                    .asText();
            assertThat(answered).isEqualTo("#/components/schemas/" + expected + "Page");
            assertThat(schemas.at("/" + expected + "Page/items/$ref").asText())
                    .isEqualTo("#/components/schemas/" + expected + "View");
        }
        assertThat(mapper.writeValueAsString(two.schemas()))
                .as("fragments stay as they are")
                .doesNotContain("two.");
    }

    private static OpenApiDocument merged(String version, OpenApiFragment... fragments) {
        return OpenApiDocument.merge(
                version, Stream.of(fragments).map(PackedFragment::of).toList());
    }

    private OpenApiFragment fragment(String owner, Map<String, String> schemas) throws IOException {
        ObjectNode own = mapper.createObjectNode();
        for (Map.Entry<String, String> schema : schemas.entrySet()) {
            own.set(schema.getKey(), mapper.readTree(schema.getValue()));
        }
        ObjectNode operation = mapper.createObjectNode().put("operationId", "list." + owner);
        operation
                .putObject("responses")
                .putObject("200")
                .put("description", "a page")
                .putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/com.acme.Page");
        ObjectNode paths = mapper.createObjectNode();
        paths.putObject("/" + owner).set("get", operation);
        return new OpenApiFragment(owner, Set.of(), paths, own, mapper.createObjectNode());
    }

    @Test
    void namesSchemasByModuleAndClassAlone() {
        assertThat(SchemaNames.of(CODEC.mapper().constructType(Thing.class), false))
                .isEqualTo("kernel.http.openapi.OpenApiDocumentTest.Thing");
        assertThat(SchemaNames.of(CODEC.mapper().constructType(Size2D.class), true))
                .endsWith(".Size2DInput");
    }

    private OpenApiFragment fragment(Dialect dialect) {
        return new OpenApiGenerator().describe("test", RouteScope.PLATFORM, routes(dialect), CODEC);
    }

    private JsonNode document(Dialect dialect) throws IOException {
        return mapper.readTree(merged("1.2.3", fragment(dialect)).json());
    }

    private static List<RouteDescription> routes(Dialect dialect) {
        return List.of(
                route("GET", "/api/v1/things", dialect, "list"),
                route("POST", "/api/v1/things", dialect, "create"),
                route("GET", "/api/v1/things/{id: [a-z]{1,9}}", dialect, "get"),
                route("DELETE", "/api/v1/things/{id}", dialect, "delete"));
    }

    @Test
    void describesEachBodyThatAStreamMayBe() {
        Method handler = Arrays.stream(UploadResource.class.getMethods())
                .filter(candidate -> candidate.getName().equals("create"))
                .findFirst()
                .orElseThrow();
        RouteDescription route = new RouteDescription(
                RouteScope.PLATFORM,
                "POST",
                "/api/v1/uploads",
                Dialect.PLATFORM_FORGE,
                "Uploads",
                UploadResource.class,
                handler,
                handler.getAnnotation(Endpoint.class),
                List.of("application/json", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain"),
                List.of());

        OpenApiFragment fragment =
                new OpenApiGenerator().describe("module", RouteScope.PLATFORM, List.of(route), CODEC);

        JsonNode content = fragment.paths().at("/~1api~1v1~1uploads/post/requestBody/content");
        assertThat(content.at("/application~1json/schema/$ref").asText()).endsWith(".AnnouncementInput");
        String form = content.at("/multipart~1form-data/schema/$ref").asText();
        assertThat(form).endsWith(".UploadInput");
        assertThat(content.at("/text~1plain").isEmpty()).isTrue();
        JsonNode parts = fragment.schemas().path(form.substring(form.lastIndexOf('/') + 1));
        assertThat(parts.path("required").toString()).isEqualTo("[\"bundle\"]");
        assertThat(parts.at("/properties/bundle/contentMediaType").asText()).isEqualTo("application/octet-stream");
        assertThat(parts.at("/properties/draft/type").toString()).contains("boolean");
        assertThat(content.at("/application~1x-www-form-urlencoded/schema/$ref").asText())
                .isEqualTo(form);
        assertThat(parts.path("additionalProperties").asBoolean(true)).isFalse();
        JsonNode announcement = fragment.schemas()
                .path(content.at("/application~1json/schema/$ref").asText().replaceFirst(".*/", ""));
        assertThat(announcement.path("additionalProperties").asBoolean(false)).isTrue();
    }

    private static RouteDescription route(String method, String template, Dialect dialect, String name) {
        return route(method, template, dialect, ThingResource.class, name);
    }

    private static RouteDescription route(
            String method, String template, Dialect dialect, Class<?> resource, String name) {
        Method handler = Arrays.stream(resource.getMethods())
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow();
        Endpoint endpoint = handler.getAnnotation(Endpoint.class);
        return new RouteDescription(
                RouteScope.PLATFORM,
                method,
                template,
                dialect,
                "Things",
                resource,
                handler,
                endpoint,
                List.of(),
                List.of());
    }

    private static JsonNode parameter(JsonNode operation, String name) {
        for (JsonNode parameter : operation.get("parameters")) {
            if (parameter.get("name").asText().equals(name)) {
                return parameter;
            }
        }
        return null;
    }

    /** Validates an instance against a schema inside the document, references included. */
    private static Set<ValidationMessage> validate(JsonNode document, String pointer, JsonNode instance) {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of("urn:doc", document.toString()))));
        return factory.getSchema(SchemaLocation.of("urn:doc#" + pointer)).validate(instance);
    }

    /** The rules of OpenAPI 3.1 that concern what the generator writes; each schema also by the meta-schema. */
    private static Set<String> problems(JsonNode document) {
        Set<String> problems = new TreeSet<>();
        Set<String> operationIds = new TreeSet<>();
        document.get("paths").properties().forEach(path -> {
            require(path.getKey().startsWith("/"), path.getKey() + " has no slash", problems);
            path.getValue()
                    .properties()
                    .forEach(operation -> operation(path.getKey(), operation, operationIds, problems));
        });
        document.get("components")
                .properties()
                .forEach(section -> section.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                name -> require(name.matches("[A-Za-z0-9._-]+"), "component " + name, problems)));
        List<JsonNode> schemas = new ArrayList<>(document.findValues("schema"));
        document.at("/components/schemas").forEach(schemas::add);
        var meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of(SchemaId.V202012));
        schemas.forEach(schema -> meta.validate(schema).forEach(message -> problems.add(message.toString())));
        return problems;
    }

    private static void operation(
            String path, Map.Entry<String, JsonNode> entry, Set<String> operationIds, Set<String> problems) {
        JsonNode operation = entry.getValue();
        String where = entry.getKey() + " " + path;
        require(Set.of("get", "put", "post", "delete", "patch").contains(entry.getKey()), where, problems);
        require(operationIds.add(operation.get("operationId").asText()), where + " repeats its operationId", problems);
        Set<String> variables = new TreeSet<>();
        Set<String> seen = new TreeSet<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String in = parameter.get("in").asText();
            String name = parameter.get("name").asText();
            require(seen.add(in + " " + name), where + " repeats " + name, problems);
            require(parameter.has("schema"), where + " " + name + " has no schema", problems);
            if (in.equals("path")) {
                variables.add("{" + name + "}");
                require(parameter.path("required").asBoolean(), where + " " + name + " is not required", problems);
            }
        }
        Set<String> expected = new TreeSet<>();
        java.util.regex.Pattern.compile("\\{[^}]*}").matcher(path).results().forEach(m -> expected.add(m.group()));
        require(variables.equals(expected), where + " has variables " + variables, problems);
        operation.get("responses").properties().forEach(response -> {
            require(response.getKey().matches("[1-5]\\d\\d"), where + " " + response.getKey(), problems);
            boolean described =
                    response.getValue().has("$ref") || response.getValue().has("description");
            require(described, where + " " + response.getKey() + " has no description", problems);
        });
    }

    private static void require(boolean holds, String otherwise, Set<String> problems) {
        if (!holds) {
            problems.add(otherwise);
        }
    }
}
