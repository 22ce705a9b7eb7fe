package org.platformforge.kernel.extension.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.PlatformException;

/**
 * JSON-compatible values and their text. Only values of the JDK get as far as the mapper: it would keep every other class
 * it once saw, and the extension's class loader with it. Thread-safe.
 */
public final class JsonValues {
    private static final int DEPTH = 64;
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private final ObjectMapper mapper = new ObjectMapper();

    /** @throws PlatformException {@code VALIDATION} with the path of what is no JSON */
    public String write(String name, Map<String, ?> values) {
        try {
            return mapper.writeValueAsString(copy(name, values, 0));
        } catch (JsonProcessingException e) {
            throw PlatformException.invalid(name, "cannot be written as JSON").withCause(e);
        }
    }

    public Map<String, Object> read(String text) {
        try {
            return mapper.readValue(text, OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The database holds what is no JSON", e);
        }
    }

    /** A line of JSON made of the platform's own values. */
    public String line(Map<String, ?> values) {
        return write("line", values);
    }

    private static Object copy(String path, Object value, int depth) {
        if (depth > DEPTH) {
            throw PlatformException.invalid(path, "is nested more than " + DEPTH + " levels deep");
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, inner) -> {
                if (!(key instanceof String name)) {
                    throw PlatformException.invalid(path, "has a name that is no text");
                }
                copy.put(text(path, name), copy(path + "." + name, inner, depth + 1));
            });
            return copy;
        }
        if (value instanceof Iterable<?> list) {
            List<Object> copy = new ArrayList<>();
            for (Object inner : list) {
                copy.add(copy(path + "[" + copy.size() + "]", inner, depth + 1));
            }
            return copy;
        }
        return scalar(path, value);
    }

    private static Object scalar(String path, Object value) {
        if (value instanceof String string) {
            return text(path, string);
        }
        if (value == null
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigDecimal
                || value instanceof BigInteger) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (Double.isFinite(number)) {
                return value;
            }
        }
        throw PlatformException.invalid(
                path, "is no JSON value: " + value.getClass().getName());
    }

    /** PostgreSQL keeps neither U+0000 nor half a surrogate pair. */
    public static String text(String path, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
            if (pair) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                throw PlatformException.invalid(path, "holds a character that cannot be stored");
            }
        }
        return value;
    }
}
