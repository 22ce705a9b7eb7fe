package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.FieldError;

/**
 * A manifest's {@code configuration}: checks a tenant's settings, fills in defaults, and knows which of them are secret.
 * Settings the schema does not name are refused unless it says otherwise. Immutable.
 */
final class ConfigurationSchema {
    private static final int MOST_ERRORS = 50;
    private static final String FIELD = "configuration";

    private final Map<String, Object> definition;
    private final org.platformforge.extension.verifier.ConfigurationSchema schema;

    ConfigurationSchema(Manifest manifest) {
        definition = new LinkedHashMap<>(manifest.configuration());
        definition.putIfAbsent("additionalProperties", false);
        schema = org.platformforge.extension.verifier.ConfigurationSchema.of(definition);
    }

    /** Every problem of the values, at most 50; no sentence repeats a value. */
    List<FieldError> validate(Map<String, Object> values) {
        return schema.problems(values).stream()
                .map(problem -> new FieldError(
                        problem.path().isEmpty() ? FIELD : FIELD + "." + problem.path(), problem.message()))
                .limit(MOST_ERRORS)
                .toList();
    }

    /** The values with the schema's defaults where nothing was given. */
    Map<String, Object> withDefaults(Map<String, Object> values) {
        return new LinkedHashMap<>(schema.withDefaults(values));
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        if (definition.get("properties") instanceof Map<?, ?> properties) {
            properties.keySet().forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }

    Set<String> secretNames() {
        return schema.secrets();
    }
}
