package org.platformforge.marketplace.domain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.FileNotFoundException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.FieldError;

/**
 * A manifest's {@code configuration}, JSON Schema 2020-12: checks a tenant's settings, fills in defaults, and knows which
 * of them are secret ({@code writeOnly: true} at the top level). Nothing is ever fetched. Immutable.
 */
final class ConfigurationSchema {
    private static final int MOST_ERRORS = 50;
    private static final String FIELD = "configuration";

    private final Json json = new Json();
    private final ObjectNode schema;

    ConfigurationSchema(Manifest manifest) {
        schema = (ObjectNode) json.tree(manifest.configuration());
        if (!schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
    }

    /** Every problem of the values, at most 50; no sentence repeats a value. */
    List<FieldError> validate(Map<String, Object> values) {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.add(address -> address.toString().startsWith("classpath:")
                        ? null
                        : () -> {
                            throw new FileNotFoundException("schemas are not fetched");
                        })));
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        JsonSchema compiled = factory.getSchema(schema, config);
        return compiled.validate(json.tree(values)).stream()
                .map(ConfigurationSchema::describe)
                .distinct()
                .limit(MOST_ERRORS)
                .toList();
    }

    private static FieldError describe(ValidationMessage found) {
        String path = found.getInstanceLocation().toString();
        String text = found.getMessage();
        String sentence = text.startsWith(path + ": ") ? text.substring(path.length() + 2) : text;
        String property = found.getProperty() == null ? "" : "." + found.getProperty();
        return new FieldError(FIELD + path.substring(Math.min(1, path.length())) + property, sentence);
    }

    /** The values with the schema's defaults where nothing was given. */
    Map<String, Object> withDefaults(Map<String, Object> values) {
        ObjectNode complete = (ObjectNode) json.tree(values);
        schema.path("properties").fields().forEachRemaining(property -> {
            JsonNode standard = property.getValue().get("default");
            if (standard != null && !complete.has(property.getKey())) {
                complete.set(property.getKey(), standard.deepCopy());
            }
        });
        return json.map(complete);
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    Set<String> secretNames() {
        Set<String> names = new LinkedHashSet<>();
        schema.path("properties").fields().forEachRemaining(property -> {
            if (property.getValue().path("writeOnly").asBoolean()) {
                names.add(property.getKey());
            }
        });
        return names;
    }
}
