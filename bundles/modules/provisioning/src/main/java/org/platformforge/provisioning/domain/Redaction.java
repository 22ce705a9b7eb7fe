package org.platformforge.provisioning.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.platformforge.provisioning.domain.template.ParameterSchema;

/**
 * Takes the secrets of a provision out of what an engine says. Engines are told not to say them; a tool that an engine
 * calls may all the same. Values of fewer than four characters are left: they would take half of every text with them.
 */
final class Redaction {
    static final Redaction NONE = new Redaction(List.of());

    private static final int SHORTEST = 4;

    private final List<String> secrets;

    private Redaction(List<String> secrets) {
        this.secrets = secrets;
    }

    /** @param values secrets, as deep as they may be nested */
    static Redaction of(Map<String, ?> values) {
        List<String> texts = new ArrayList<>();
        collect(values, texts);
        // A secret may contain another one.
        texts.sort(Comparator.comparingInt(String::length).reversed());
        return new Redaction(texts);
    }

    private static void collect(Object value, List<String> texts) {
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(each -> collect(each, texts));
        } else if (value instanceof List<?> list) {
            list.forEach(each -> collect(each, texts));
        } else if (value != null && value.toString().length() >= SHORTEST) {
            texts.add(value.toString());
        }
    }

    /** @param text may be null */
    String apply(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean == null ? null : clean.replace(secret, ParameterSchema.MASK);
        }
        return clean;
    }
}
