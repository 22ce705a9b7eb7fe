package org.platformforge.kernel.store.audit;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Blanks the values of keys that sound like secrets: the last line behind callers that leave them out themselves. */
final class Redaction {
    static final String BLANK = "[redacted]";
    private static final Pattern SECRET = Pattern.compile(
            "password|passwd|passphrase|secret|authorization|cookie|credential|private.?key|api.?key$|(^|[._-])(token|otp|pin)$",
            Pattern.CASE_INSENSITIVE);

    private Redaction() {}

    static Map<String, ?> of(Map<String, ?> details) {
        Map<String, Object> clean = new LinkedHashMap<>();
        details.forEach((key, value) -> clean.put(key, SECRET.matcher(key).find() ? blanked(value) : inside(value)));
        return clean;
    }

    /** What it is about stays visible: that there was a value, and that it changed. */
    private static Object blanked(Object value) {
        if (value instanceof Map<?, ?> change && change.keySet().equals(java.util.Set.of("before", "after"))) {
            Map<Object, Object> clean = new LinkedHashMap<>();
            change.forEach((key, side) -> clean.put(key, side == null ? null : BLANK));
            return clean;
        }
        return value == null || value instanceof Boolean ? value : BLANK;
    }

    private static Object inside(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> clean = new LinkedHashMap<>();
            map.forEach((key, entry) -> clean.put(
                    key, key instanceof String name && SECRET.matcher(name).find() ? blanked(entry) : inside(entry)));
            return clean;
        }
        return value instanceof Collection<?> list
                ? list.stream().map(Redaction::inside).toList()
                : value;
    }
}
