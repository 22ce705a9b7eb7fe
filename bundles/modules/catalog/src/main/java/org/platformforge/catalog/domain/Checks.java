package org.platformforge.catalog.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/** Collects everything that is wrong with a request. For one thread. */
final class Checks {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final int LONGEST_VALUE = 32_000;
    private static final int MOST = 200;

    private final List<FieldError> problems = new ArrayList<>();
    private final String prefix;

    /** @param prefix before the names of fields */
    Checks(String prefix) {
        this.prefix = prefix;
    }

    static boolean isName(String text) {
        return text != null && NAME.matcher(text).matches();
    }

    void problem(String field, String message) {
        problems.add(new FieldError(prefix + field, message));
    }

    void name(String field, String value) {
        if (!isName(value)) {
            problem(
                    field,
                    "must be 1 to 63 lower-case letters, digits and hyphens, neither beginning nor ending with a"
                            + " hyphen");
        }
    }

    /** @return the text, empty for none */
    String text(String field, String value, int least, int most) {
        String text = value == null ? "" : value.strip();
        boolean control = text.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\t' || c == 127);
        if (text.length() < least || text.length() > most || control) {
            problem(field, "must have " + least + " to " + most + " characters, none of them a control character");
        }
        return text;
    }

    /** @return the texts, none for null */
    List<String> texts(String field, List<String> values, int longest) {
        if (values == null) {
            return List.of();
        }
        boolean bad = values.size() > MOST
                || values.stream()
                        .anyMatch(value -> value == null
                                || value.isBlank()
                                || value.length() > longest
                                || value.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\t'));
        if (bad) {
            problem(field, "must be a list of at most " + MOST + " texts of 1 to " + longest + " characters");
            return List.of();
        }
        return values;
    }

    /** @return the variables, none for null */
    Map<String, String> variables(String field, Map<String, String> values) {
        if (values == null) {
            return Map.of();
        }
        boolean bad = values.size() > MOST
                || values.entrySet().stream()
                        .anyMatch(entry -> !VARIABLE.matcher(entry.getKey()).matches()
                                || entry.getValue() == null
                                || entry.getValue().length() > LONGEST_VALUE
                                || entry.getValue().indexOf('\0') >= 0);
        if (bad) {
            problem(
                    field,
                    "must be an object of at most " + MOST + " texts of at most " + LONGEST_VALUE
                            + " characters; its names are letters, digits and underscores");
            return Map.of();
        }
        return Map.copyOf(values);
    }

    <E extends Enum<E>> E choice(String field, String value, Class<E> type, E otherwise) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        if (value != null || otherwise == null) {
            List<String> names = new ArrayList<>();
            for (E constant : type.getEnumConstants()) {
                names.add(constant.name().toLowerCase(Locale.ROOT));
            }
            problem(field, "must be one of " + String.join(", ", names));
        }
        return otherwise;
    }

    List<FieldError> problems() {
        return List.copyOf(problems);
    }

    void done() {
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid request parameters", problems);
        }
    }
}
