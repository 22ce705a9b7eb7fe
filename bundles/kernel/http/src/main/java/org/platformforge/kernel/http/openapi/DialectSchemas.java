package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.platformforge.kernel.api.http.Dialect;

/** The envelopes and error bodies of the dialects as schemas; the same in every document, so they are always there. */
final class DialectSchemas {
    static final String PROBLEM = "Problem";
    private static final String META = "Meta";

    private DialectSchemas() {}

    /** The dialect's name in {@code x-dialect} and in component names. */
    static String name(Dialect dialect) {
        return dialect.name().toLowerCase(Locale.ROOT);
    }

    static String errorName(Dialect dialect) {
        return "Error." + name(dialect);
    }

    /** @param body the schema of the data, or null when there is none */
    static ObjectNode success(Dialect dialect, ObjectNode body) {
        return switch (dialect) {
            case PLATFORM_FORGE -> forge(body == null ? Json.type("null") : body);
            case PAAS -> paas(body);
            default -> body == null ? Json.object() : body;
        };
    }

    static void addTo(ObjectNode schemas) {
        schemas.set(META, object("timestamp", Json.type("string", "date-time"), "version", Json.type("string")));
        property(schemas.get(META), "request_id", Json.type("string"));
        schemas.set(PROBLEM, problem());
        schemas.set("FieldError", object("field", Json.type("string"), "message", Json.type("string")));
        for (Dialect dialect : Dialect.values()) {
            schemas.set(errorName(dialect), error(dialect));
        }
    }

    private static ObjectNode forge(ObjectNode data) {
        ObjectNode schema = object("status", Json.object().put("const", "success"), "data", data);
        property(schema, "meta", Json.schemaRef(META));
        schema.withArray("required").add("meta");
        return schema;
    }

    private static ObjectNode paas(ObjectNode body) {
        ObjectNode success = Json.type("object");
        property(success, "success", Json.object().put("const", true));
        success.putArray("required").add("success");
        if (body == null) {
            return success;
        }
        if (!body.has("$ref")) {
            property(success, "data", body);
            return success;
        }
        ObjectNode merged = Json.object();
        merged.putArray("allOf").add(success).add(body);
        return merged;
    }

    private static ObjectNode error(Dialect dialect) {
        return switch (dialect) {
            case PLATFORM_API, INFRASTRUCTURE -> wrapped(detailsObject());
            case API_REFERENCE -> wrapped(detailsArray());
            case PLATFORM_FORGE -> forgeError();
            case PAAS -> paasError();
        };
    }

    private static ObjectNode forgeError() {
        ObjectNode schema = wrapped(detailsObject());
        property(schema, "status", Json.object().put("const", "error"));
        ObjectNode meta = object("timestamp", Json.type("string", "date-time"), "request_id", Json.type("string"));
        property(schema, "meta", meta);
        schema.withArray("required").add("status").add("meta");
        return schema;
    }

    private static ObjectNode paasError() {
        ObjectNode schema = Json.type("object");
        property(schema, "success", Json.object().put("const", false));
        property(schema, "error", Json.type("string"));
        ObjectNode errors = Json.type("array");
        errors.set("items", Json.type("string"));
        property(schema, "errors", errors);
        schema.putArray("required").add("success");
        return schema;
    }

    private static ObjectNode wrapped(ObjectNode details) {
        ObjectNode error = object("code", Json.type("string"), "message", Json.type("string"));
        property(error, "details", details);
        ObjectNode schema = Json.type("object");
        property(schema, "error", error);
        schema.putArray("required").add("error");
        return schema;
    }

    private static ObjectNode detailsObject() {
        return Json.type("object").put("additionalProperties", true);
    }

    private static ObjectNode detailsArray() {
        ObjectNode details = Json.type("array");
        details.set("items", Json.schemaRef("FieldError"));
        return details;
    }

    private static ObjectNode problem() {
        ObjectNode schema = object("type", Json.type("string", "uri-reference"), "title", Json.type("string"));
        property(schema, "status", Json.type("integer"));
        property(schema, "detail", Json.type("string"));
        property(schema, "instance", Json.type("string", "uri-reference"));
        property(schema, "code", Json.type("string"));
        property(schema, "request_id", Json.type("string"));
        property(schema, "errors", detailsArray());
        property(schema, "details", detailsObject());
        schema.withArray("required").add("status");
        return schema;
    }

    private static ObjectNode object(String first, ObjectNode firstSchema, String second, ObjectNode secondSchema) {
        ObjectNode schema = Json.type("object");
        property(schema, first, firstSchema);
        property(schema, second, secondSchema);
        schema.putArray("required").add(first).add(second);
        return schema;
    }

    private static void property(JsonNode schema, String name, ObjectNode property) {
        ((ObjectNode) schema).withObjectProperty("properties").set(name, property);
    }
}
