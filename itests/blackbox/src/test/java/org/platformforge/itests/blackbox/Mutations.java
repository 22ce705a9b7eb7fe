package org.platformforge.itests.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Bodies and values made from schemas, right ones and wrong ones; the same for the same seed. For one thread. */
final class Mutations {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "null",
            "dev",
            "web-app",
            "2024-01-20T10:00:00Z",
            "0000-00-00T99:99:99Z",
            "+999999999-12-31T23:59:59Z",
            "user@example.com",
            "../../etc/passwd",
            "' OR 1=1 --",
            "${jndi:ldap://127.0.0.1/x}",
            "<script>alert(1)</script>",
            "\u0000",
            "a\u0000b",
            "\uD83D\uDCA9",
            "\uD800",
            "\u202Eabc",
            "e\u0301",
            "\r\nX-Injected: 1",
            "x".repeat(300),
            "x".repeat(70_000),
            "\u00e4".repeat(5_000));
    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1",
            "2147483647",
            "2147483648",
            "-9223372036854775809",
            "1e400",
            "1E-400",
            "0.1",
            "1.0",
            "9".repeat(60));
    private static final List<String> QUERIES = List.of(
            "",
            "x",
            "-1",
            "0",
            "1",
            "99999999999999999999",
            "true",
            "%00",
            "%F0%9F%92%A9",
            "%27",
            "dev",
            "1h",
            "c-1",
            "%25",
            "a%26b",
            "%20",
            "2024-01-20T10:00:00Z");

    private final ApiDocument document;
    private final Random random;

    Mutations(ApiDocument document, Random random) {
        this.document = document;
        this.random = random;
    }

    /** Percent-encoded. */
    String queryValue() {
        return any(QUERIES);
    }

    /** A body as the schema wants it, as far as a schema says. */
    JsonNode body(JsonNode schema) {
        JsonNode resolved = document.resolved(schema);
        return switch (type(resolved)) {
            case "object" -> object(resolved);
            case "array" -> array(resolved);
            case "integer" -> JSON.numberNode(resolved.path("minimum").asInt(random.nextInt(100)));
            case "number" -> JSON.numberNode(random.nextDouble());
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "string" -> JSON.textNode(text(resolved));
            default -> JSON.objectNode();
        };
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.get(0).asText() : type.asText();
    }

    private ObjectNode object(JsonNode schema) {
        ObjectNode object = JSON.objectNode();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            boolean required = schema.path("required").toString().contains('"' + property.getKey() + '"');
            if (required || random.nextInt(3) > 0) {
                object.set(property.getKey(), body(property.getValue()));
            }
        }
        return object;
    }

    private ArrayNode array(JsonNode schema) {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
            array.add(body(schema.path("items")));
        }
        return array;
    }

    private String text(JsonNode schema) {
        if (schema.has("enum")) {
            return schema.path("enum")
                    .get(random.nextInt(schema.path("enum").size()))
                    .asText();
        }
        String pattern = schema.path("pattern").asText();
        if (pattern.matches("\\^\\(\\?:[a-z|_-]+\\)\\$")) {
            String[] choices = pattern.substring(4, pattern.length() - 2).split("\\|");
            return choices[random.nextInt(choices.length)];
        }
        return schema.path("format").asText().equals("date-time")
                ? "2030-01-20T10:00:00Z"
                : "word" + random.nextInt(10);
    }

    /** The body with something wrong in it, as bytes. */
    byte[] broken(JsonNode body) {
        String json = body.toString();
        return switch (random.nextInt(12)) {
            case 0 -> bytes(json.substring(0, random.nextInt(json.length() + 1)));
            case 1 -> bytes(json + json);
            case 2 -> bytes(json.replaceFirst("\\{", "{\"extra\":1,"));
            case 3 -> bytes(json.replaceFirst("\\{(\"[^\"]*\":)", "{$1 1,$1"));
            case 4 -> bytes("{\"a\":".repeat(random.nextInt(3000)) + "1");
            case 5 -> invalidUtf8(json);
            case 6 -> bytes('\uFEFF' + json);
            case 7 -> json.getBytes(StandardCharsets.UTF_16);
            default -> bytes(replaced(body));
        };
    }

    /** One value, somewhere, is another one. */
    private String replaced(JsonNode body) {
        List<Runnable> places = new ArrayList<>();
        JsonNode copy = body.deepCopy();
        collect(copy, places);
        if (places.isEmpty()) {
            return value();
        }
        any(places).run();
        String json = copy.toString();
        return json.replace("\"@\"", value());
    }

    private static void collect(JsonNode node, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                places.add(() -> object.put(name, "@"));
                collect(object.get(name), places);
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                places.add(() -> array.set(index, "@"));
                collect(array.get(i), places);
            }
        }
    }

    /** As JSON. */
    private String value() {
        return switch (random.nextInt(7)) {
            case 0 -> "null";
            case 1 -> any(NUMBERS);
            case 2 -> random.nextBoolean() ? "true" : "false";
            case 3 -> "[".repeat(10) + "]".repeat(10);
            case 4 -> "{\"a\":{\"b\":[null,{}]}}";
            default -> JSON.textNode(any(TEXTS)).toString();
        };
    }

    private byte[] invalidUtf8(String json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int cut = json.indexOf('"') + 1;
        out.writeBytes(bytes(json.substring(0, cut)));
        out.writeBytes(new byte[] {(byte) 0xC3, (byte) 0x28, (byte) 0xFF});
        out.writeBytes(bytes(json.substring(cut)));
        return out.toByteArray();
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
