package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.platformforge.kernel.extension.wire.Frames;

/**
 * Whether a process offers the same as another of its release did. The order of what it says means nothing: a JVM has its own
 * order of methods and of sets. Stateless.
 */
final class Introduction {
    private static final String ROUTES = "routes";

    private Introduction() {}

    static boolean same(ObjectNode one, ObjectNode other) {
        return ordered(opened(one)).equals(ordered(opened(other)));
    }

    /** With the description of the routes, which is text, as what it says. */
    private static JsonNode opened(ObjectNode said) {
        ObjectNode copy = said.deepCopy();
        if (copy.path(ROUTES).isTextual()) {
            try {
                copy.set(ROUTES, Frames.JSON.readTree(copy.path(ROUTES).textValue()));
            } catch (JsonProcessingException e) {
                // no description, and as such it is compared
                copy.put(ROUTES, copy.path(ROUTES).textValue());
            }
        }
        return copy;
    }

    private static JsonNode ordered(JsonNode json) {
        if (json instanceof ObjectNode object) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            object.properties().forEach(field -> fields.put(field.getKey(), ordered(field.getValue())));
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            fields.forEach(copy::set);
            return copy;
        }
        if (json instanceof ArrayNode array) {
            List<JsonNode> values = new ArrayList<>();
            array.forEach(value -> values.add(ordered(value)));
            values.sort(Comparator.comparing(JsonNode::toString));
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            values.forEach(copy::add);
            return copy;
        }
        return json;
    }
}
