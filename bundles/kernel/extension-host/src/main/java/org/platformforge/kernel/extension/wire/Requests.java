package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.api.http.Dialect;

/** Requests and their answers as JSON; their bodies are the messages'. Stateless. */
public final class Requests {
    private static final int MAX_HEADERS = 100;
    private static final int MAX_HEADER = 8 << 10;
    private static final int MAX_TEXT = 4000;

    private Requests() {}

    public static ObjectNode write(ExternalRoutes.Request request) {
        ObjectNode json = Frames.JSON.createObjectNode();
        json.put("operation", request.operationId())
                .put("method", request.method())
                .put("path", request.path())
                .put("query", request.query())
                .put("url", request.url())
                .put("dialect", request.dialect().name())
                .put("request_id", request.requestId())
                .put("problem_json", request.problemJson());
        request.values().forEach(json.putArray("values")::add);
        json.set("headers", headers(request.headers()));
        return json;
    }

    /** In the extension's process, which trusts the platform. */
    public static ExternalRoutes.Request readRequest(JsonNode json, byte[] body) {
        List<String> values = new ArrayList<>();
        json.path("values").forEach(value -> values.add(value.asText()));
        return new ExternalRoutes.Request(
                json.path("operation").asText(),
                json.path("method").asText(),
                json.path("path").asText(),
                values,
                json.path("query").isNull() ? null : json.path("query").asText(),
                json.path("url").asText(),
                headers(json.path("headers")),
                Dialect.valueOf(json.path("dialect").asText()),
                json.path("request_id").asText(),
                json.path("problem_json").asBoolean(),
                body);
    }

    public static ObjectNode write(ExternalRoutes.Answer answer) {
        ObjectNode json = Frames.JSON.createObjectNode();
        json.put("executed", answer.executed())
                .put("status", answer.status())
                .put("content_type", answer.contentType());
        json.set("headers", headers(answer.headers()));
        if (answer.failure() != null) {
            ObjectNode failure = json.putObject("failure");
            if (answer.failure().known() != null) {
                failure.set("error", Errors.write(answer.failure().known()));
            }
            failure.put("status", answer.failure().status())
                    .put("text", answer.failure().text());
        }
        return json;
    }

    /** On the platform, which trusts nothing of it. */
    public static ExternalRoutes.Answer readAnswer(JsonNode json, byte[] body) {
        ExternalRoutes.Failure failure = null;
        if (json.path("failure").isObject()) {
            JsonNode said = json.path("failure");
            failure = new ExternalRoutes.Failure(
                    said.path("error").isObject() ? Errors.read(said.path("error")) : null,
                    said.path("status").asInt(),
                    limited(said.path("text").asText(), MAX_TEXT));
        }
        JsonNode type = json.path("content_type");
        return new ExternalRoutes.Answer(
                json.path("executed").asBoolean(true),
                json.path("status").asInt(),
                type.isTextual() ? limited(type.asText(), MAX_HEADER) : null,
                headers(json.path("headers")),
                body,
                failure);
    }

    public static ObjectNode headers(Map<String, List<String>> headers) {
        ObjectNode json = Frames.JSON.createObjectNode();
        headers.forEach((name, values) -> {
            ArrayNode list = json.putArray(name);
            values.forEach(list::add);
        });
        return json;
    }

    public static Map<String, List<String>> headers(JsonNode json) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        int count = 0;
        for (Map.Entry<String, JsonNode> header : json.properties()) {
            List<String> values = new ArrayList<>();
            for (JsonNode value : header.getValue()) {
                if (count++ < MAX_HEADERS) {
                    values.add(limited(value.asText(), MAX_HEADER));
                }
            }
            if (!values.isEmpty() && header.getKey().length() <= MAX_HEADER) {
                headers.put(header.getKey(), values);
            }
        }
        return headers;
    }

    private static String limited(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
