package org.platformforge.pipelines.domain;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Takes secrets out of what tests and steps say. Values of fewer than four characters are left: they would take half of every
 * text with them. Immutable.
 */
final class Masking implements UnaryOperator<String> {
    private static final String MASK = "********";
    private static final int SHORTEST = 4;

    private final List<String> secrets;

    Masking(Collection<String> values) {
        // a secret may contain another one
        this.secrets = values.stream()
                .filter(value -> value.length() >= SHORTEST)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    @Override
    public String apply(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, MASK);
        }
        return clean;
    }
}
