package org.platformforge.provisioning.domain.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.provisioning.domain.Json;

/**
 * The parameters of a template as a JSON Schema (2020-12): checks values, fills in defaults, and knows which parameters
 * are secret ({@code writeOnly: true}). Immutable and safe for use by several threads.
 */
public final class ParameterSchema {
    /** What stands in every answer in a secret's place. */
    public static final String MASK = "********";

    private static final int MOST_ERRORS = 50;

    private final Json json;
    private final JsonNode schema;
    private final Schemas schemas;
    private final SchemaMessages messages;
    /** Made when first needed: it costs more than everything else about a template. */
    private volatile JsonSchema compiled;

    private ParameterSchema(Json json, JsonNode schema, Schemas schemas) {
        this.json = json;
        this.schema = schema;
        this.schemas = schemas;
        this.messages = new SchemaMessages(schema, List.copyOf(names(schema)));
    }

    /**
     * @param definition the {@code parameters} of a template file; parameters it does not name are refused unless it
     *     says otherwise
     */
    static ParameterSchema of(ObjectNode definition, Schemas schemas, Json json) {
        ObjectNode schema = definition.deepCopy();
        if (!schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
        return new ParameterSchema(json, schema, schemas);
    }

    /** Adds every mistake in the definition. */
    void check(List<String> problems) {
        int before = problems.size();
        checkOwnRules(schema, problems);
        schemas.metaSchema().validate(schema).forEach(message -> problems.add("parameters: " + message.getMessage()));
        if (problems.size() > before) {
            return;
        }
        try {
            checkDefaults(problems);
        } catch (RuntimeException e) {
            problems.add("parameters: the schema does not work: " + e.getMessage());
        }
    }

    private JsonSchema compiled() {
        JsonSchema ready = compiled;
        if (ready == null) {
            ready = schemas.compile(schema);
            compiled = ready;
        }
        return ready;
    }

    private static void checkOwnRules(JsonNode schema, List<String> problems) {
        if (!schema.path("type").asText().equals("object")) {
            problems.add("parameters: must say type: object");
        }
        for (String keyword : List.of("$ref", "$dynamicRef")) {
            schema.findValues(keyword).stream()
                    .filter(target -> !target.asText().startsWith("#"))
                    .forEach(target -> problems.add("parameters: " + keyword + " may only point into the same schema"));
        }
        if (!schema.findValues("$id").isEmpty() || !schema.findValues("$schema").isEmpty()) {
            problems.add("parameters: $id and $schema are not used; the schema is JSON Schema 2020-12");
        }
        long topLevel = schema.path("properties").findParents("writeOnly").size();
        long direct = directSecrets(schema);
        if (topLevel > direct) {
            problems.add("parameters: writeOnly may only stand at a parameter itself, not inside one");
        }
    }

    private static long directSecrets(JsonNode schema) {
        long count = 0;
        for (JsonNode property : schema.path("properties")) {
            count += property.has("writeOnly") ? 1 : 0;
        }
        return count;
    }

    private void checkDefaults(List<String> problems) {
        Map<String, Object> defaults = withDefaults(Map.of());
        validate(defaults).stream()
                .filter(error -> defaults.containsKey(error.field().split("[.\\[]")[1]))
                .forEach(error -> problems.add("the default of " + error.field() + " " + error.message()));
    }

    /** Every problem of the values, at most 50. */
    public List<FieldError> validate(Map<String, Object> values) {
        List<FieldError> errors = new ArrayList<>();
        compiled().validate(json.tree(values)).stream()
                .map(messages::describe)
                .distinct()
                .limit(MOST_ERRORS)
                .forEach(errors::add);
        return errors;
    }

    /** The values with the schema's defaults where nothing was given, also inside objects that are there. */
    public Map<String, Object> withDefaults(Map<String, Object> values) {
        ObjectNode complete = (ObjectNode) json.tree(values);
        fill(complete, schema);
        return json.map(complete);
    }

    private static void fill(ObjectNode values, JsonNode schema) {
        schema.path("properties").fields().forEachRemaining(property -> {
            String name = property.getKey();
            JsonNode rule = property.getValue();
            if (!values.has(name) && rule.has("default")) {
                values.set(name, rule.get("default").deepCopy());
            }
            if (values.get(name) instanceof ObjectNode child) {
                fill(child, rule);
            }
        });
    }

    /** The values with every secret replaced; the names inside a secret object stay visible. */
    public Map<String, Object> masked(Map<String, Object> values) {
        Map<String, Object> masked = new LinkedHashMap<>(values);
        secretNames().forEach(name -> masked.computeIfPresent(name, (key, value) -> mask(value)));
        return masked;
    }

    private static Object mask(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> masked = new LinkedHashMap<>();
            map.keySet().forEach(key -> masked.put(key.toString(), MASK));
            return masked;
        }
        return MASK;
    }

    public Set<String> names() {
        return names(schema);
    }

    private static Set<String> names(JsonNode schema) {
        Set<String> names = new LinkedHashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    public Set<String> secretNames() {
        Set<String> names = new LinkedHashSet<>();
        schema.path("properties").fields().forEachRemaining(property -> {
            if (property.getValue().path("writeOnly").asBoolean()) {
                names.add(property.getKey());
            }
        });
        return names;
    }

    /** The schema as a client sees it; JSON-compatible. */
    public Map<String, Object> json() {
        return json.map(schema);
    }
}
