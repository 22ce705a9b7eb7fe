package org.platformforge.provisioning.domain.template;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.platformforge.provisioning.domain.Json;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads template files. Whatever is wrong with one is found here, all of it at once, so that a {@link Template} needs
 * no further checks. The format is described in the module's README. Thread-safe.
 */
public final class TemplateParser {
    /** Largest template file, in bytes. */
    public static final int LARGEST_FILE = 256 * 1024;

    private static final int DEEPEST_NESTING = 40;
    private static final int LONGEST_TEXT = 2000;
    /** Of an extension, in front of what it brings. */
    static final String OF_EXTENSION = "([a-z][a-z0-9-]{1,39}\\.[a-z][a-z0-9-]{1,39}\\.)?";

    private static final Pattern NAME = Pattern.compile(OF_EXTENSION + "[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Set<String> KEYS = Set.of(
            "name",
            "title",
            "description",
            "version",
            "estimated_time",
            "service",
            "environment",
            "parameters",
            "resources",
            "outputs");

    private final Json json = new Json();
    private final Schemas schemas = new Schemas();
    private final ObjectMapper yaml = new ObjectMapper(
                    YAMLFactory.builder().loaderOptions(limits()).build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static LoaderOptions limits() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LARGEST_FILE);
        options.setNestingDepthLimit(DEEPEST_NESTING);
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        return options;
    }

    /** Reads a YAML file and checks everything about it. */
    public Template parse(byte[] file) throws TemplateException {
        return parse(tree(file), true);
    }

    /**
     * Reads a YAML file whose schema was checked before, by the tests of its bundle: checking that again takes long.
     */
    Template parseShipped(byte[] file) throws TemplateException {
        return parse(tree(file), false);
    }

    /** Reads the definition that a provision kept of its template; it was checked when the template was loaded. */
    public Template parseKept(JsonNode definition) throws TemplateException {
        return parse(definition, false);
    }

    private JsonNode tree(byte[] file) throws TemplateException {
        if (file.length > LARGEST_FILE) {
            throw new TemplateException(List.of("the file is larger than " + LARGEST_FILE / 1024 + " KiB"));
        }
        return tree(new String(file, StandardCharsets.UTF_8));
    }

    private JsonNode tree(String text) throws TemplateException {
        try (JsonParser parser = new NoAliases(yaml.createParser(text))) {
            return yaml.readTree(parser);
        } catch (IOException | RuntimeException e) {
            throw new TemplateException(List.of("not readable as YAML: " + firstLine(e)));
        }
    }

    /** The reader does not follow aliases; a file that uses one would mean something else than its author thinks. */
    private static final class NoAliases extends JsonParserDelegate {
        NoAliases(JsonParser yaml) {
            super(yaml);
        }

        @Override
        public JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            if (token != null && ((YAMLParser) delegate).isCurrentAlias()) {
                throw new IllegalArgumentException("aliases (*name) are not used in templates");
            }
            return token;
        }
    }

    private Template parse(JsonNode definition, boolean checkSchema) throws TemplateException {
        if (!(definition instanceof ObjectNode file)) {
            throw new TemplateException(List.of("the file must be a mapping of name, title, version, ..."));
        }
        List<String> problems = new ArrayList<>();
        file.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                problems.add(key + ": is not known; there are "
                        + String.join(", ", KEYS.stream().sorted().toList()));
            }
        });
        Template template = read(file, checkSchema, problems);
        if (!problems.isEmpty()) {
            throw new TemplateException(problems);
        }
        return template;
    }

    private Template read(ObjectNode file, boolean checkSchema, List<String> problems) {
        String name = text(file, "name", null, problems);
        if (name != null && !NAME.matcher(name).matches()) {
            problems.add(
                    "name: must be lower-case letters, digits and hyphens, beginning with a letter, behind an extension's id and a"
                            + " dot");
        }
        ParameterSchema parameters = parameters(file, checkSchema, problems);
        ResourceSection section = new ResourceSection(parameters, json, problems);
        List<ResourceTemplate> resources = section.resources(file.get("resources"));
        String service = section.label("service", text(file, "service", "${parameters.app_name}", problems));
        String environment =
                section.label("environment", text(file, "environment", "${parameters.environment}", problems));
        return new Template(
                name,
                text(file, "title", name, problems),
                text(file, "description", "", problems),
                text(file, "version", null, problems),
                estimatedTime(file, problems),
                service,
                environment,
                parameters,
                resources,
                section.outputs(file.get("outputs")),
                file);
    }

    /** @return null when it has a mistake */
    private ParameterSchema parameters(ObjectNode file, boolean checkSchema, List<String> problems) {
        JsonNode definition = file.path("parameters");
        if (definition.isMissingNode()) {
            definition = JsonNodeFactory.instance.objectNode().put("type", "object");
        }
        if (!(definition instanceof ObjectNode object)) {
            problems.add("parameters: must be a JSON Schema object");
            return null;
        }
        int before = problems.size();
        ParameterSchema parameters = ParameterSchema.of(object, schemas, json);
        if (checkSchema) {
            parameters.check(problems);
        }
        return problems.size() > before ? null : parameters;
    }

    private static Duration estimatedTime(ObjectNode file, List<String> problems) {
        String text = text(file, "estimated_time", null, problems);
        try {
            return text == null ? null : HumanDuration.parse(text);
        } catch (IllegalArgumentException e) {
            problems.add("estimated_time: " + e.getMessage());
            return null;
        }
    }

    /** @param fallback null when the key must be there */
    private static String text(ObjectNode file, String key, String fallback, List<String> problems) {
        JsonNode value = file.get(key);
        if (value == null && (fallback != null || key.equals("title"))) {
            return fallback;
        }
        if (value == null || !value.isTextual() || value.asText().isBlank()) {
            problems.add(key + ": must be a text" + (value == null ? "" : ", not " + value.getNodeType()));
            return null;
        }
        if (value.asText().length() > LONGEST_TEXT) {
            problems.add(key + ": must have at most " + LONGEST_TEXT + " characters");
        }
        return value.asText().strip();
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("").strip();
    }
}
