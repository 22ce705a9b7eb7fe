package org.platformforge.extension.verifier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values that JSON has: strings, numbers, booleans, null, lists, and maps with strings as keys. */
final class Json {
    private Json() {}

    /** A copy that holds nothing else; empty when the value does. Inputs are bounded in depth by their readers. */
    static Optional<Object> copy(Object value) {
        try {
            return Optional.of(checked(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Object checked(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, one) -> {
                if (!(key instanceof String)) {
                    throw new IllegalArgumentException();
                }
                copy.put((String) key, one == null ? null : checked(one));
            });
            return copy;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(one -> copy.add(one == null ? null : checked(one)));
            return copy;
        }
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException();
    }
}
