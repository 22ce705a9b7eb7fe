package org.platformforge.kernel.http.dialect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/** The two shapes in which the documents show the particulars of an error: an object, and a list of sentences. */
final class ErrorMessages {
    private static final int SHORT = 3;

    private ErrorMessages() {}

    /**
     * Details with the fields as keys. Two errors of one field share its key: an object must not repeat a key, and no
     * error may be lost.
     */
    static Map<String, Object> asObject(PlatformException error) {
        if (error.fields().isEmpty()) {
            return error.details();
        }
        Map<String, Object> all = new LinkedHashMap<>(error.details());
        error.fields().forEach(field -> all.remove(field.field()));
        for (FieldError field : error.fields()) {
            all.merge(field.field(), field.message(), (first, second) -> first + "; " + second);
        }
        return all;
    }

    /** One sentence per error, each understandable without the others. */
    static List<String> asSentences(PlatformException error) {
        if (error.fields().isEmpty()) {
            return List.of(error.getMessage());
        }
        List<String> sentences = new ArrayList<>(error.fields().size());
        for (FieldError field : error.fields()) {
            sentences.add(sentence(field));
        }
        return sentences;
    }

    private static String sentence(FieldError error) {
        String message = error.message();
        String name = lastSegment(error.field());
        if (name.isEmpty() || names(message, name) || names(message, name.replace('_', ' '))) {
            return message;
        }
        boolean predicate = !message.isEmpty() && Character.isLowerCase(message.charAt(0));
        return error.field() + (predicate ? " " : ": ") + message;
    }

    /** As a word; in any case, unless it is so short that it may be an article. */
    private static boolean names(String message, String name) {
        int flags = name.length() < SHORT ? 0 : Pattern.CASE_INSENSITIVE;
        return Pattern.compile("(?<!\\w)" + Pattern.quote(name) + "(?!\\w)", flags)
                .matcher(message)
                .find();
    }

    private static String lastSegment(String field) {
        return field.substring(field.lastIndexOf('.') + 1);
    }
}
