package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Short forms for building the document's JSON. */
final class Json {
    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static ObjectNode type(String type) {
        return object().put("type", type);
    }

    static ObjectNode type(String type, String format) {
        return type(type).put("format", format);
    }

    static ObjectNode schemaRef(String name) {
        return object().put("$ref", "#/components/schemas/" + name);
    }
}
