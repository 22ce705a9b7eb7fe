package org.platformforge.provisioning.domain.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A text of a template, taken apart: literal pieces ({@link String}) and {@link Reference}s. <code>$${</code> stands
 * for a literal <code>${</code>. Only template texts are ever parsed; what a reference resolves to is not looked at
 * again, so a parameter's value cannot bring references of its own.
 */
record Expression(List<Object> parts) {

    /** @throws IllegalArgumentException saying what is wrong with the text */
    static Expression parse(String text) {
        List<Object> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                literal.append("${");
                at += 3;
            } else if (text.startsWith("${", at)) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new IllegalArgumentException("a reference is not closed by }");
                }
                flush(literal, parts);
                parts.add(Reference.parse(text.substring(at + 2, end)));
                at = end + 1;
            } else {
                literal.append(text.charAt(at++));
            }
        }
        flush(literal, parts);
        return new Expression(List.copyOf(parts));
    }

    private static void flush(StringBuilder literal, List<Object> parts) {
        if (!literal.isEmpty()) {
            parts.add(literal.toString());
            literal.setLength(0);
        }
    }

    /** The reference when the whole text is one: its value keeps its type. */
    Optional<Reference> whole() {
        return parts.size() == 1 && parts.get(0) instanceof Reference reference
                ? Optional.of(reference)
                : Optional.empty();
    }

    List<Reference> references() {
        return parts.stream()
                .filter(Reference.class::isInstance)
                .map(Reference.class::cast)
                .toList();
    }

    /**
     * All references in a value: a text, a list or a map of values.
     *
     * @throws IllegalArgumentException saying what is wrong with one of them
     */
    static List<Reference> referencesIn(Object value) {
        return texts(value).flatMap(text -> parse(text).references().stream()).toList();
    }

    private static Stream<String> texts(Object value) {
        if (value instanceof String text) {
            return Stream.of(text);
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().flatMap(Expression::texts);
        }
        if (value instanceof List<?> list) {
            return list.stream().flatMap(Expression::texts);
        }
        return Stream.empty();
    }
}
