package org.platformforge.kernel.jobs.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.jobs.Operation;

/**
 * JSON columns. What modules hand in is copied into the JDK's own collections first: only plain values pass, and the
 * mapper's type cache never sees a module's class. Thread-safe.
 */
public final class Json {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_DEPTH = 64;
    private static final Set<Class<?>> NUMBERS = Set.of(
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class);
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private final ObjectMapper mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * @throws IllegalArgumentException for values that are not JSON, naming where, and for more than 1 Mi characters:
     *     a mistake of the module that made them
     */
    public String write(Map<String, ?> values) {
        String text = text(plain(values, "", 0));
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("More than " + MAX_CHARACTERS + " characters of JSON");
        }
        return text;
    }

    /** @return unmodifiable; empty for null */
    public Map<String, Object> read(String text) {
        if (text == null) {
            return Map.of();
        }
        try {
            return Collections.unmodifiableMap(mapper.readValue(text, OBJECT));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON column holds something else", e);
        }
    }

    /** The same values as they come back from the database, without the detour. */
    public Map<String, Object> copy(Map<String, ?> values) {
        return read(write(values));
    }

    String writeFailure(Operation.Failure failure) {
        if (failure == null) {
            return null;
        }
        List<Map<String, String>> fields = failure.fields().stream()
                .map(field -> Map.of("field", field.field(), "message", field.message()))
                .toList();
        return write(Map.of("code", failure.code(), "message", failure.message(), "fields", fields));
    }

    Operation.Failure readFailure(String text) {
        if (text == null) {
            return null;
        }
        Map<String, Object> values = read(text);
        List<FieldError> fields = new ArrayList<>();
        if (values.get("fields") instanceof List<?> list) {
            for (Object field : list) {
                Map<?, ?> entry = (Map<?, ?>) field;
                fields.add(new FieldError((String) entry.get("field"), (String) entry.get("message")));
            }
        }
        return new Operation.Failure((String) values.get("code"), (String) values.get("message"), List.copyOf(fields));
    }

    private String text(Object plain) {
        try {
            return mapper.writeValueAsString(plain);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Cannot be written as JSON", e);
        }
    }

    private static Object plain(Object value, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("Nested deeper than " + MAX_DEPTH + " at " + path);
        }
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || NUMBERS.contains(value.getClass())) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, entry) -> copy.put(key(key, path), plain(entry, path + "." + key, depth + 1)));
            return copy;
        }
        if (value instanceof Collection<?> collection) {
            List<Object> copy = new ArrayList<>(collection.size());
            collection.forEach(entry -> copy.add(plain(entry, path + "[" + copy.size() + "]", depth + 1)));
            return copy;
        }
        throw new IllegalArgumentException(
                "Not a JSON value at " + path + ": " + value.getClass().getName());
    }

    private static String key(Object key, String path) {
        if (key instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("Not a JSON object at " + path + ": keys are strings");
    }
}
