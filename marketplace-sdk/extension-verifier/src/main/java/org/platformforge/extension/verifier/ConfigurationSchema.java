package org.platformforge.extension.verifier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.InputStreamSource;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * The {@code configuration} of a manifest: a JSON Schema 2020-12 of one object. Nothing is fetched for it, and patterns that take
 * for ever count as not matching. Immutable and thread-safe.
 */
public final class ConfigurationSchema {
    /** For an extension that takes no settings. */
    public static final Map<String, Object> NONE = Map.of("type", "object", "additionalProperties", false);

    private static final int LONGEST_RULE = 100;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> REFERENCES = Set.of(
            "$ref",
            "$dynamicRef",
            "$schema",
            "$id",
            "$vocabulary",
            "$anchor",
            "$dynamicAnchor",
            "$recursiveRef",
            "$recursiveAnchor");

    /** Keywords whose value has schemas under names of its author's choice. */
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "dependentSchemas", "$defs", "definitions");

    /** Keywords whose value is no schema. */
    private static final Set<String> DATA = Set.of("default", "const", "enum", "examples");

    private static final int MAX_PROPERTIES = 100;

    /** Where the validator looks for the schemas of its own library. */
    private static final String DRAFT = "classpath:draft/2020-12/";

    private final Map<String, Object> schema;

    /** @param path of the setting with dots, empty for the whole */
    public record Problem(String path, String message) {}

    private ConfigurationSchema(Map<String, Object> schema) {
        this.schema = schema;
    }

    /**
     * @param schema {@link ExtensionManifest#configuration()}
     * @throws IllegalArgumentException when there are {@link #problemsOf problems} with it
     */
    public static ConfigurationSchema of(Map<String, Object> schema) {
        List<String> problems = problemsOf(schema);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return new ConfigurationSchema(schema);
    }

    /** What is wrong with the schema itself; empty when it can be used. */
    public static List<String> problemsOf(Map<String, Object> schema) {
        List<String> problems = new ArrayList<>();
        refuseReferences(schema, "", problems);
        refuseHiddenSecrets(schema, problems);
        if (!"object".equals(schema.get("type"))) {
            problems.add("type must be object");
        }
        if (schema.get("properties") instanceof Map<?, ?> map && map.size() > MAX_PROPERTIES) {
            problems.add("There must be at most " + MAX_PROPERTIES + " settings");
        }
        if (!problems.isEmpty()) {
            return problems;
        }
        JsonSchema meta = factory().getSchema(SchemaLocation.of(SchemaId.V202012), config(new int[1]));
        meta.validate(MAPPER.<JsonNode>valueToTree(schema)).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .limit(20)
                .forEach(problems::add);
        if (problems.isEmpty()) {
            checkDefaults(schema, problems);
        }
        return problems;
    }

    private static void checkDefaults(Map<String, Object> schema, List<String> problems) {
        try {
            ConfigurationSchema checked = new ConfigurationSchema(schema);
            int[] steps = new int[1];
            factory()
                    .getSchema(MAPPER.<JsonNode>valueToTree(schema), config(steps))
                    .initializeValidators();
            properties(schema).forEach((name, property) -> {
                if (!property.containsKey("default")) {
                    return;
                }
                if (Boolean.TRUE.equals(property.get("writeOnly"))) {
                    problems.add("properties." + name + ": a secret must not have a default");
                }
                JsonSchema one = factory().getSchema(MAPPER.<JsonNode>valueToTree(property), config(steps));
                one.validate(MAPPER.<JsonNode>valueToTree(property.get("default"))).stream()
                        .findFirst()
                        .ifPresent(problem -> problems.add(
                                "properties." + name + ".default is not valid itself: " + problem.getMessage()));
            });
            checked.secrets().stream()
                    .filter(name ->
                            !"string".equals(properties(schema).get(name).get("type")))
                    .forEach(name -> problems.add("properties." + name + ": a secret must be of type string"));
        } catch (PatternSyntaxException e) {
            problems.add("A pattern is no regular expression: " + e.getDescription());
        } catch (com.networknt.schema.JsonSchemaException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    /**
     * References could lead to a file, into the net, or in circles: settings need none. What is named in a schema may have any
     * name, and what is data holds no schema.
     */
    private static void refuseReferences(Object value, String path, List<String> problems) {
        if (value instanceof Map<?, ?> schema) {
            schema.forEach((key, one) -> {
                String at = path.isEmpty() ? String.valueOf(key) : path + "." + key;
                if (REFERENCES.contains(key)) {
                    problems.add(at + ": references and identifiers are not taken");
                } else if (NAMED.contains(key) && one instanceof Map<?, ?> named) {
                    named.forEach((name, inner) -> refuseReferences(inner, at + "." + name, problems));
                } else if (!DATA.contains(key)) {
                    refuseReferences(one, at, problems);
                }
            });
        } else if (value instanceof List<?> list) {
            list.forEach(one -> refuseReferences(one, path, problems));
        }
    }

    /** Only settings as a whole are sealed: one that is part of another would be stored and shown in clear. */
    private static void refuseHiddenSecrets(Map<String, Object> schema, List<String> problems) {
        Map<String, Object> rest = new LinkedHashMap<>(schema);
        rest.remove("properties");
        boolean hidden = holdsSecret(rest)
                || properties(schema).values().stream().anyMatch(setting -> {
                    Map<Object, Object> inside = new LinkedHashMap<>(setting);
                    inside.remove("writeOnly");
                    return holdsSecret(inside);
                });
        if (hidden) {
            problems.add("writeOnly: a secret must be a setting of its own, not part of another");
        }
    }

    private static boolean holdsSecret(Object value) {
        if (value instanceof Map<?, ?> map) {
            return Boolean.TRUE.equals(map.get("writeOnly"))
                    || map.entrySet().stream()
                            .anyMatch(entry -> !DATA.contains(entry.getKey()) && holdsSecret(entry.getValue()));
        }
        return value instanceof List<?> list && list.stream().anyMatch(ConfigurationSchema::holdsSecret);
    }

    /** What is wrong with a tenant's settings, secret ones among them; no message holds a value. */
    public List<Problem> problems(Map<String, ?> settings) {
        JsonSchema compiled = factory().getSchema(MAPPER.<JsonNode>valueToTree(schema), config(new int[1]));
        return compiled.validate(MAPPER.<JsonNode>valueToTree(settings)).stream()
                .map(message -> new Problem(path(message), text(message)))
                .distinct()
                .toList();
    }

    private static String path(ValidationMessage message) {
        String at =
                message.getInstanceLocation().toString().replaceFirst("^/", "").replace('/', '.');
        String property = message.getProperty();
        return property == null ? at : at.isEmpty() ? property : at + "." + property;
    }

    private static String text(ValidationMessage message) {
        return switch (message.getType()) {
            case "required" -> "It is missing";
            case "additionalProperties", "unevaluatedProperties" -> "There is no such setting";
            default -> "It does not satisfy " + rule(message) + " of the configuration's schema";
        };
    }

    /** A keyword, with what the schema says for it where that is short. */
    private static String rule(ValidationMessage message) {
        JsonNode said = message.getSchemaNode();
        String value = said == null || said.isObject() ? "" : said.toString();
        return value.isEmpty() || value.length() > LONGEST_RULE ? message.getType() : message.getType() + " " + value;
    }

    /** The settings, with the schema's defaults for those that are not set. */
    public Map<String, Object> withDefaults(Map<String, ?> settings) {
        Map<String, Object> all = new LinkedHashMap<>();
        properties(schema).forEach((name, property) -> {
            if (property.get("default") != null) {
                all.put(name, property.get("default"));
            }
        });
        all.putAll(settings);
        return all;
    }

    /** Names of the settings that are marked {@code writeOnly}. */
    public Set<String> secrets() {
        Set<String> secrets = new LinkedHashSet<>();
        properties(schema).forEach((name, property) -> {
            if (Boolean.TRUE.equals(property.get("writeOnly"))) {
                secrets.add(name);
            }
        });
        return secrets;
    }

    private static Map<String, Map<?, ?>> properties(Map<String, Object> schema) {
        Map<String, Map<?, ?>> properties = new LinkedHashMap<>();
        if (schema.get("properties") instanceof Map<?, ?> map) {
            map.forEach((name, property) -> {
                if (property instanceof Map<?, ?> one) {
                    properties.put((String) name, one);
                }
            });
        }
        return properties;
    }

    private static JsonSchemaFactory factory() {
        return JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.add(ConfigurationSchema::bundled)));
    }

    /** The validator's own loader asks the thread's class loader, which need not see the validator; and nothing is fetched. */
    private static InputStreamSource bundled(AbsoluteIri address) {
        return () -> {
            String text = address.toString();
            InputStream stream = text.startsWith(DRAFT)
                    ? JsonSchema.class.getResourceAsStream("/draft/2020-12/" + text.substring(DRAFT.length()))
                    : null;
            if (stream == null) {
                throw new FileNotFoundException("schemas are not fetched");
            }
            return stream;
        };
    }

    private static SchemaValidatorsConfig config(int[] steps) {
        return SchemaValidatorsConfig.builder()
                .regularExpressionFactory(pattern -> new BoundedPattern(pattern, steps))
                .build();
    }
}
