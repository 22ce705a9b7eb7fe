package org.platformforge.marketplace.domain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * JSON of plain values: maps, lists, texts, numbers. An object of its owner and never static, so that nothing outlives
 * the module generation; module classes are never bound, so that Jackson's shared caches do not hold one. Thread-safe.
 */
public final class Json {
    private static final int DEEPEST = 50;
    private static final int LONGEST_NUMBER = 100;

    private final TypeReference<LinkedHashMap<String, Object>> map = new TypeReference<>() {};
    private final TypeReference<List<Map<String, Object>>> maps = new TypeReference<>() {};
    private final ObjectMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    public JsonNode tree(Object value) {
        return mapper.valueToTree(value);
    }

    public Map<String, Object> map(JsonNode object) {
        return mapper.convertValue(object, map);
    }

    /** @param text null for nothing */
    public Optional<Map<String, Object>> optionalMap(String text) {
        return text == null ? Optional.empty() : Optional.of(readMap(text));
    }

    public Map<String, Object> readMap(String text) {
        return read(() -> mapper.readValue(text, map));
    }

    public List<Map<String, Object>> readMaps(String text) {
        return read(() -> mapper.readValue(text, maps));
    }

    public String write(Object value) {
        return read(() -> mapper.writeValueAsString(value));
    }

    /** A client's JSON object. @throws PlatformException {@code MALFORMED}; {@code VALIDATION} for text nobody can store */
    public Map<String, Object> parse(byte[] text) {
        try {
            JsonNode node = mapper.readTree(text);
            if (node == null || !node.isObject()) {
                throw PlatformException.of(ErrorKind.MALFORMED, "The body must be a JSON object");
            }
            Map<String, Object> object = map(node);
            Texts.unstorable(object).ifPresent(path -> {
                throw PlatformException.invalid(path, Texts.PROBLEM);
            });
            return object;
        } catch (IOException e) {
            String where = e instanceof JsonProcessingException json && json.getLocation() != null
                    ? " (line " + json.getLocation().getLineNr() + ", column "
                            + json.getLocation().getColumnNr() + ")"
                    : "";
            throw PlatformException.of(ErrorKind.MALFORMED, "The body is not valid JSON" + where)
                    .withCause(e);
        }
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
