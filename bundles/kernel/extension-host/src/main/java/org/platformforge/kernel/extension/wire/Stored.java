package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.platformforge.extension.api.DocumentStore.Document;
import org.platformforge.extension.api.KeyValueStore.Entry;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/** Stored data as JSON and back; it is read in the extension's process, which trusts the platform. Stateless. */
public final class Stored {
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private Stored() {}

    public static ObjectNode entry(Entry entry) {
        return Frames.JSON
                .createObjectNode()
                .put("key", entry.key())
                .put("value", entry.value())
                .put("version", entry.version());
    }

    public static Entry entry(JsonNode json) {
        return new Entry(
                json.path("key").asText(),
                json.path("value").asText(),
                json.path("version").asLong());
    }

    public static ObjectNode document(Document document) {
        ObjectNode json = Frames.JSON
                .createObjectNode()
                .put("id", document.id())
                .put("version", document.version())
                .put("created_at", document.createdAt().toString())
                .put("updated_at", document.updatedAt().toString());
        json.set("data", Frames.JSON.valueToTree(document.data()));
        return json;
    }

    public static Document document(JsonNode json) {
        return new Document(
                json.path("id").asText(),
                json.path("version").asLong(),
                map(json.path("data")),
                Instant.parse(json.path("created_at").asText()),
                Instant.parse(json.path("updated_at").asText()));
    }

    /** An object's values; empty for what is none. */
    public static Map<String, Object> map(JsonNode json) {
        return json.isObject() ? Frames.JSON.convertValue(json, OBJECT) : new LinkedHashMap<>();
    }

    public static <T> ObjectNode page(Page<T> page, Function<T, ObjectNode> item) {
        ObjectNode json = Frames.JSON
                .createObjectNode()
                .put("total", page.total())
                .put("next", page.nextCursor().orElse(null));
        ArrayNode items = json.putArray("items");
        page.items().forEach(one -> items.add(item.apply(one)));
        return json;
    }

    public static <T> Page<T> page(JsonNode json, Function<JsonNode, T> item) {
        List<T> items = new ArrayList<>();
        json.path("items").forEach(one -> items.add(item.apply(one)));
        return new Page<>(
                items,
                json.path("total").asLong(),
                Optional.ofNullable(json.path("next").textValue()));
    }

    /** Puts what is asked for into a message. */
    public static void ask(ObjectNode head, PageRequest page) {
        head.put("limit", page.limit()).put("offset", page.offset()).put("cursor", page.cursor());
    }

    public static PageRequest asked(JsonNode head) {
        return new PageRequest(
                head.path("limit").asInt(),
                head.path("offset").asInt(),
                head.path("cursor").textValue());
    }
}
