package org.platformforge.provisioning.domain.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.platformforge.provisioning.domain.Json;

/** Reads the resources and outputs of one template file and follows their references. Used once, by one thread. */
final class ResourceSection {
    private static final int MOST_RESOURCES = 50;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final Pattern TYPE = Pattern.compile(TemplateParser.OF_EXTENSION + "[a-z][a-z0-9-]{0,62}");
    private static final Set<String> KEYS =
            Set.of("name", "type", "depends_on", "properties", "exclusive", "secret_outputs");

    private final ParameterSchema parameters;
    private final Json json;
    private final List<String> problems;
    private final Map<String, ResourceTemplate> resources = new LinkedHashMap<>();

    /** @param parameters null when they are broken; references to them are not followed then */
    ResourceSection(ParameterSchema parameters, Json json, List<String> problems) {
        this.parameters = parameters;
        this.json = json;
        this.problems = problems;
    }

    /** In an order in which each comes after what it depends on; otherwise the author's order. */
    List<ResourceTemplate> resources(JsonNode section) {
        if (section == null || !section.isArray() || section.isEmpty() || section.size() > MOST_RESOURCES) {
            problems.add("resources: must be a list of 1 to " + MOST_RESOURCES + " resources");
            return List.of();
        }
        for (int i = 0; i < section.size(); i++) {
            read("resources[" + i + "]", section.get(i));
        }
        resources.values().forEach(this::checkReferences);
        return ordered();
    }

    private void read(String path, JsonNode item) {
        if (!(item instanceof ObjectNode resource)) {
            problems.add(path + ": must be a mapping of name, type, properties, ...");
            return;
        }
        resource.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                problems.add(path + "." + key + ": is not known");
            }
        });
        String name = matching(path + ".name", resource.get("name"), NAME, "lower-case letters, digits and _");
        String type = matching(
                path + ".type",
                resource.get("type"),
                TYPE,
                "lower-case letters, digits and hyphens, behind an extension's id and a dot");
        List<String> dependsOn = texts(path + ".depends_on", resource.get("depends_on"));
        List<String> exclusive = texts(path + ".exclusive", resource.get("exclusive"));
        List<String> secretOutputs = texts(path + ".secret_outputs", resource.get("secret_outputs"));
        Map<String, Object> properties = properties(path + ".properties", resource.get("properties"));
        exclusive.stream()
                .filter(property -> !(properties.get(property) instanceof String))
                .forEach(property ->
                        problems.add(path + ".exclusive: " + property + " is no text among the properties"));
        exclusive.stream()
                .filter(property ->
                        quietReferences(properties.get(property)).stream().anyMatch(Reference::toOutput))
                .forEach(property -> problems.add(path + ".exclusive: " + property
                        + " must be known before anything is made, so it may not refer to an output"));
        if (name == null || type == null) {
            return;
        }
        Set<String> all = new LinkedHashSet<>(dependsOn);
        references(path + ".properties", properties).stream()
                .filter(reference -> reference.root() == Reference.Root.RESOURCES)
                .forEach(reference -> all.add(reference.name()));
        ResourceTemplate read = new ResourceTemplate(name, type, all, properties, exclusive, Set.copyOf(secretOutputs));
        if (resources.putIfAbsent(name, read) != null) {
            problems.add(path + ".name: " + name + " is there twice");
        }
    }

    private void checkReferences(ResourceTemplate resource) {
        resource.dependsOn().stream()
                .filter(name -> !resources.containsKey(name))
                .forEach(name -> problems.add("resource " + resource.name() + ": depends on " + name
                        + ", which is not a resource of this template"));
        checkParameters("resource " + resource.name(), quietReferences(resource.properties()));
    }

    private void checkParameters(String where, List<Reference> references) {
        if (parameters == null) {
            return;
        }
        references.stream()
                .filter(reference -> reference.root() == Reference.Root.PARAMETERS)
                .map(Reference::name)
                .filter(name -> !parameters.names().contains(name))
                .distinct()
                .forEach(name -> problems.add(where + ": ${parameters." + name + "} is not a parameter"));
    }

    private List<ResourceTemplate> ordered() {
        List<ResourceTemplate> ordered = new ArrayList<>();
        Set<String> done = new LinkedHashSet<>();
        Map<String, ResourceTemplate> left = new LinkedHashMap<>(resources);
        while (!left.isEmpty()) {
            List<ResourceTemplate> ready = left.values().stream()
                    .filter(resource -> resource.dependsOn().stream()
                            .allMatch(name -> done.contains(name) || !resources.containsKey(name)))
                    .toList();
            if (ready.isEmpty()) {
                problems.add("resources: these depend on each other in a circle: " + String.join(", ", left.keySet()));
                return List.of();
            }
            ResourceTemplate next = ready.get(0);
            ordered.add(next);
            done.add(next.name());
            left.remove(next.name());
        }
        return List.copyOf(ordered);
    }

    /** Checks a text that names the thing that is made: only parameters are known when it is needed. */
    String label(String key, String text) {
        if (text == null) {
            return null;
        }
        List<Reference> references = references(key, text);
        if (references.stream().anyMatch(reference -> reference.root() != Reference.Root.PARAMETERS)) {
            problems.add(key + ": may only refer to parameters");
        }
        if (parameters != null
                && references.stream().anyMatch(r -> parameters.secretNames().contains(r.name()))) {
            problems.add(key + ": must not show a secret");
        }
        checkParameters(key, references);
        return text;
    }

    List<OutputTemplate> outputs(JsonNode section) {
        List<OutputTemplate> outputs = new ArrayList<>();
        if (section != null && !section.isObject()) {
            problems.add("outputs: must be a mapping of names to values");
        } else if (section != null) {
            section.fields().forEachRemaining(field -> output(field.getKey(), field.getValue(), outputs));
        }
        return List.copyOf(outputs);
    }

    private void output(String name, JsonNode node, List<OutputTemplate> outputs) {
        JsonNode value = node.isObject() ? node.path("value") : node;
        if (!NAME.matcher(name).matches() || !value.isTextual()) {
            problems.add("outputs." + name + ": must be a text with references, or a mapping of value and secret");
            return;
        }
        List<Reference> references = references("outputs." + name, value.asText());
        references.stream()
                .filter(reference -> reference.root() == Reference.Root.RESOURCES)
                .filter(reference -> !resources.containsKey(reference.name()))
                .forEach(reference -> problems.add(
                        "outputs." + name + ": " + reference.name() + " is not a resource of this template"));
        checkParameters("outputs." + name, references);
        boolean secret = node.path("secret").asBoolean() || references.stream().anyMatch(this::secret);
        outputs.add(new OutputTemplate(name, value.asText(), secret));
    }

    private boolean secret(Reference reference) {
        if (reference.root() == Reference.Root.PARAMETERS) {
            return parameters != null && parameters.secretNames().contains(reference.name());
        }
        ResourceTemplate resource = resources.get(reference.name());
        return reference.toOutput()
                && resource != null
                && resource.secretOutputs().contains(reference.path().get(2));
    }

    private List<Reference> references(String where, Object value) {
        try {
            return Expression.referencesIn(value);
        } catch (IllegalArgumentException e) {
            problems.add(where + ": " + e.getMessage());
            return List.of();
        }
    }

    private static List<Reference> quietReferences(Object value) {
        try {
            return Expression.referencesIn(value);
        } catch (IllegalArgumentException reportedBefore) {
            return List.of();
        }
    }

    private Map<String, Object> properties(String path, JsonNode node) {
        if (node == null) {
            return Map.of();
        }
        if (!node.isObject()) {
            problems.add(path + ": must be a mapping");
            return Map.of();
        }
        return json.map(node);
    }

    private String matching(String path, JsonNode node, Pattern pattern, String rule) {
        if (node == null || !node.isTextual() || !pattern.matcher(node.asText()).matches()) {
            problems.add(path + ": must be " + rule + ", beginning with a letter");
            return null;
        }
        return node.asText();
    }

    private List<String> texts(String path, JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node == null) {
            return texts;
        }
        for (JsonNode item : node) {
            texts.add(item.asText());
        }
        if (!node.isArray() || texts.stream().anyMatch(String::isBlank)) {
            problems.add(path + ": must be a list of names");
        }
        return texts;
    }
}
