package org.platformforge.provisioning.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON of plain values: maps, lists, texts, numbers. An object of its owner and never static, so that nothing outlives
 * the module generation; module classes are never bound, so that Jackson's shared caches do not hold one. Thread-safe.
 */
public final class Json {
    private final TypeReference<LinkedHashMap<String, Object>> map = new TypeReference<>() {};
    private final ObjectMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    // what a type means is worked out once
    private final ObjectReader maps = mapper.readerFor(map);
    private final ObjectReader textMaps = mapper.readerFor(new TypeReference<LinkedHashMap<String, String>>() {});
    private final ObjectReader lists = mapper.readerFor(new TypeReference<List<String>>() {});

    public JsonNode tree(Object value) {
        return mapper.valueToTree(value);
    }

    public JsonNode readTree(String text) {
        return read(() -> mapper.readTree(text));
    }

    public Map<String, Object> map(JsonNode object) {
        return mapper.convertValue(object, map);
    }

    public Map<String, Object> readMap(String text) {
        return text == null ? Map.of() : read(() -> maps.readValue(text));
    }

    public Map<String, String> readTexts(String text) {
        return text == null ? Map.of() : read(() -> textMaps.readValue(text));
    }

    public List<String> readList(String text) {
        return text == null ? List.of() : read(() -> lists.readValue(text));
    }

    public String write(Object value) {
        return read(() -> mapper.writeValueAsString(value));
    }

    private interface Work<T> {
        T apply() throws JsonProcessingException;
    }

    /** What is read here was written here, so a failure is a defect and no input error. */
    private static <T> T read(Work<T> work) {
        try {
            return work.apply();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON of our own cannot be read or written", e);
        }
    }
}
