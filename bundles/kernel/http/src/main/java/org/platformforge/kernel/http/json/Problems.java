package org.platformforge.kernel.http.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/** Collects what is wrong with one body, one message per field, with an upper bound. For one thread. */
final class Problems {
    private final Map<String, FieldError> byField = new LinkedHashMap<>();
    private final int max;
    private int more;

    Problems(int max) {
        this.max = max;
    }

    /** The first message of a field stays; later ones are mostly consequences of it. */
    void add(String field, String message) {
        String shown = Paths.shown(field);
        if (byField.containsKey(shown)) {
            return;
        }
        if (byField.size() < max) {
            byField.put(shown, new FieldError(shown, message));
        } else {
            more++;
        }
    }

    boolean isEmpty() {
        return byField.isEmpty();
    }

    /** Whether there are more than are named. */
    boolean areTooMany() {
        return more > 0;
    }

    List<FieldError> found() {
        return List.copyOf(byField.values());
    }

    /** Whether the field, or something inside it, is already known to be wrong. */
    boolean touches(String field) {
        return byField.keySet().stream()
                .anyMatch(
                        known -> known.equals(field) || known.startsWith(field + ".") || known.startsWith(field + "["));
    }

    PlatformException toException() {
        if (byField.size() == 1 && byField.containsKey("")) {
            // no field has this name
            return PlatformException.of(
                    ErrorKind.VALIDATION, "The request body " + byField.get("").message());
        }
        PlatformException invalid = PlatformException.invalid("Invalid request", List.copyOf(byField.values()));
        return more == 0 ? invalid : invalid.withDetail("further_errors", more);
    }
}
