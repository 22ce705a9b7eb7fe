package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/** Errors as JSON and back; never their causes. Stateless. */
public final class Errors {
    private static final int MAX_TEXT = 2000;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_DETAILS = 32;

    private Errors() {}

    public static ObjectNode write(PlatformException error) {
        ObjectNode json = Frames.JSON.createObjectNode();
        json.put("kind", error.kind().name()).put("message", error.getMessage());
        error.code().ifPresent(code -> json.put("code", code));
        error.retryAfter().ifPresent(wait -> json.put("retry_millis", wait.toMillis()));
        ArrayNode fields = json.putArray("fields");
        error.fields().stream()
                .limit(MAX_FIELDS)
                .forEach(field -> fields.addObject().put("field", field.field()).put("message", field.message()));
        ObjectNode details = json.putObject("details");
        error.details().forEach((key, value) -> details.set(key, plain(value)));
        return json;
    }

    private static JsonNode plain(Object value) {
        boolean known = value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Map<?, ?>
                || value instanceof List<?>;
        return Frames.JSON.valueToTree(known ? value : String.valueOf(value));
    }

    /** What cannot be read is an internal error of the other side. */
    public static PlatformException read(JsonNode json) {
        String message = text(json.path("message"));
        List<FieldError> fields = new ArrayList<>();
        for (JsonNode field : json.path("fields")) {
            if (fields.size() < MAX_FIELDS) {
                fields.add(new FieldError(text(field.path("field")), text(field.path("message"))));
            }
        }
        PlatformException error = fields.isEmpty()
                ? PlatformException.of(kind(json.path("kind").asText()), message)
                : PlatformException.invalid(message, fields);
        if (json.path("code").asText().matches("[A-Z][A-Z0-9_]{0,63}")) {
            error = error.withCode(json.path("code").asText());
        }
        if (json.path("retry_millis").canConvertToInt()
                && json.path("retry_millis").isIntegralNumber()) {
            error = error.withRetryAfter(
                    Duration.ofMillis(Math.max(0, json.path("retry_millis").intValue())));
        }
        int count = 0;
        for (Map.Entry<String, JsonNode> detail : json.path("details").properties()) {
            if (count++ < MAX_DETAILS) {
                error = error.withDetail(
                        text(detail.getKey()), Frames.JSON.convertValue(detail.getValue(), Object.class));
            }
        }
        return error;
    }

    private static ErrorKind kind(String name) {
        try {
            return ErrorKind.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return ErrorKind.INTERNAL;
        }
    }

    private static String text(JsonNode value) {
        return text(value.asText());
    }

    private static String text(String value) {
        return value.length() <= MAX_TEXT ? value : value.substring(0, MAX_TEXT) + "…";
    }
}
