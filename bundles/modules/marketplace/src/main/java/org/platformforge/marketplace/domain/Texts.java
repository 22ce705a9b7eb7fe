package org.platformforge.marketplace.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What strangers write: a database stores neither U+0000 nor half of a surrogate pair. Stateless. */
public final class Texts {
    public static final String PROBLEM = "holds a character that is not allowed (U+0000 or half of a surrogate pair)";

    private static final int LONGEST_PATH = 100;

    private Texts() {}

    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char current = text.charAt(i);
            if (current == 0 || Character.isLowSurrogate(current)) {
                return false;
            }
            if (Character.isHighSurrogate(current)
                    && (++i == text.length() || !Character.isLowSurrogate(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Where in values of JSON the first such text is; empty when there is none. */
    public static Optional<String> unstorable(Map<?, ?> values) {
        return find("", values);
    }

    private static Optional<String> find(String path, Object value) {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = String.valueOf(entry.getKey());
                String at = path.isEmpty() ? name : path + "." + name;
                Optional<String> found = isStorable(name) ? find(at, entry.getValue()) : Optional.of(path);
                if (found.isPresent()) {
                    return found;
                }
            }
        } else if (value instanceof List<?> list) {
            return list.stream().flatMap(one -> find(path, one).stream()).findFirst();
        } else if (value instanceof String text && !isStorable(text)) {
            return Optional.of(path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH));
        }
        return Optional.empty();
    }
}
