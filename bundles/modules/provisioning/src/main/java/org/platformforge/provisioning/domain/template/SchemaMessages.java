package org.platformforge.provisioning.domain.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.platformforge.kernel.api.FieldError;

/**
 * Turns what the validator found into sentences for the person who wrote the value. A schema may bring its own sentence
 * for a keyword: {@code x-message: {pattern: "must be …"}}. No sentence repeats the value: it may be a secret, or huge.
 */
final class SchemaMessages {
    private static final Map<String, String> TYPE_NAMES = Map.of(
            "string",
            "a string",
            "integer",
            "a whole number",
            "number",
            "a number",
            "boolean",
            "true or false",
            "object",
            "an object",
            "array",
            "a list",
            "null",
            "null");

    private final JsonNode schema;
    private final List<String> names;

    SchemaMessages(JsonNode schema, List<String> names) {
        this.schema = schema;
        this.names = names;
    }

    FieldError describe(ValidationMessage found) {
        return new FieldError(field(found), sentence(found));
    }

    /** The path as the client wrote it: {@code parameters.env.NAME}, {@code parameters.hosts[2]}. */
    private static String field(ValidationMessage found) {
        StringBuilder path = new StringBuilder("parameters");
        JsonNodePath location = found.getInstanceLocation();
        for (int i = 0; i < location.getNameCount(); i++) {
            Object element = location.getElement(i);
            path.append(element instanceof Integer index ? "[" + index + "]" : "." + printable(element.toString()));
        }
        String property =
                found.getType().equals("dependentRequired") ? found.getArguments()[0].toString() : found.getProperty();
        if (property != null) {
            path.append('.').append(printable(property));
        }
        return path.toString();
    }

    private String sentence(ValidationMessage found) {
        JsonNode own = parentOf(found.getEvaluationPath()).path("x-message").path(found.getType());
        if (own.isTextual()) {
            return own.asText();
        }
        JsonNode rule = found.getSchemaNode();
        return switch (found.getType()) {
            case "required" -> "is required";
            case "dependentRequired" -> "is required when " + found.getArguments()[1] + " is given";
            case "additionalProperties", "unevaluatedProperties", "false" -> unknown(found);
            case "type" -> "must be " + types(rule) + ", but is " + kindOf(found.getInstanceNode());
            case "enum" -> "must be one of " + items(rule);
            case "const" -> "must be " + rule;
            case "pattern" -> "must match " + rule.asText();
            case "propertyNames" -> "has a name that is not allowed";
            case "format" -> "must be a valid " + rule.asText();
            case "minLength" -> "must have at least " + count(rule, "character");
            case "maxLength" -> "must have at most " + count(rule, "character");
            case "minItems" -> "must have at least " + count(rule, "item");
            case "maxItems" -> "must have at most " + count(rule, "item");
            case "minProperties" -> "must have at least " + count(rule, "entry");
            case "maxProperties" -> "must have at most " + count(rule, "entry");
            case "minimum" -> "must be at least " + rule.asText();
            case "maximum" -> "must be at most " + rule.asText();
            case "exclusiveMinimum" -> "must be greater than " + rule.asText();
            case "exclusiveMaximum" -> "must be less than " + rule.asText();
            case "multipleOf" -> "must be a multiple of " + rule.asText();
            case "uniqueItems" -> "must not have an item twice";
            default -> "does not fit the template's schema (" + found.getType() + ")";
        };
    }

    private String unknown(ValidationMessage found) {
        if (found.getInstanceLocation().getNameCount() > 0) {
            return "is not known here";
        }
        return "is not a parameter of this template; it has " + String.join(", ", names);
    }

    /** The schema object the keyword stands in; missing when the way there leads over a {@code $ref}. */
    private JsonNode parentOf(JsonNodePath keyword) {
        JsonNode node = schema;
        for (int i = 0; i < keyword.getNameCount() - 1; i++) {
            Object element = keyword.getElement(i);
            node = element instanceof Integer index ? node.path(index) : node.path(element.toString());
        }
        return node;
    }

    private static String types(JsonNode rule) {
        List<String> types = new ArrayList<>();
        if (rule.isArray()) {
            rule.forEach(type -> types.add(TYPE_NAMES.getOrDefault(type.asText(), type.asText())));
        } else {
            types.add(TYPE_NAMES.getOrDefault(rule.asText(), rule.asText()));
        }
        return String.join(" or ", types);
    }

    private static String kindOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String items(JsonNode rule) {
        return StreamSupport.stream(rule.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }

    private static String count(JsonNode number, String noun) {
        long value = number.asLong();
        String plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return value + " " + (value == 1 ? noun : plural);
    }

    /** A name the client chose, short and without control characters. */
    private static String printable(String name) {
        String clean = name.replaceAll("\\p{C}", "?");
        return clean.length() <= 64 ? clean : clean.substring(0, 61) + "...";
    }
}
