package org.platformforge.kernel.store.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Maps of JSON-compatible values to text and back. What modules hand in is copied into the JDK's own collections first:
 * the mapper's type cache never sees a module's class, and an object put in by mistake is refused, not written with all
 * its fields. Thread-safe.
 */
public final class JsonText {
    private static final int MAX_DEPTH = 64;
    private static final Set<Class<?>> SCALARS = Set.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class);
    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

    private final ObjectMapper mapper = new ObjectMapper();

    /**
     * @param values strings, booleans, the JDK's numbers, and maps and collections of them; instants, durations and
     *     enum constants become their text
     * @throws IllegalArgumentException for any other value, naming where it is
     */
    public String write(Map<String, ?> values) {
        try {
            return mapper.writeValueAsString(plain(values == null ? Map.of() : values, "", 0));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not JSON-compatible: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * The same in its canonical form, see {@link CanonicalJson}.
     *
     * @param values as for {@link #write}
     * @throws IllegalArgumentException as there
     */
    public String canonical(Map<String, ?> values) {
        return CanonicalJson.write(plain(values == null ? Map.of() : values, "", 0));
    }

    private static Object plain(Object value, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("Nested deeper than " + MAX_DEPTH + " at " + path);
        }
        if (value == null || SCALARS.contains(value.getClass())) {
            return value;
        }
        if (value instanceof Instant || value instanceof Duration) {
            return value.toString();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
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
                "Not JSON-compatible at " + path + ": " + value.getClass().getName());
    }

    private static String key(Object key, String path) {
        if (key instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("Not JSON-compatible at " + path + ": keys are strings");
    }

    /** @throws IllegalArgumentException when the text is not a JSON object */
    public Map<String, Object> read(String text) {
        try {
            return mapper.readValue(text, MAP);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a JSON object: " + e.getOriginalMessage(), e);
        }
    }
}
