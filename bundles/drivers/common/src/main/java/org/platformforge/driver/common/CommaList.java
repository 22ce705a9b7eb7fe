package org.platformforge.driver.common;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A list in a {@code .cfg} file, whose values are plain texts: its entries stand in one line with commas between them. */
public final class CommaList {
    private CommaList() {}

    public static List<String> of(String... values) {
        return Stream.of(values)
                .flatMap(value -> Stream.of(value.split(",")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** Entries of the form {@code name=value}, in their order; others are left out. */
    public static Map<String, String> pairs(String... values) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String entry : of(values)) {
            int at = entry.indexOf('=');
            if (at > 0) {
                pairs.put(
                        entry.substring(0, at).strip(), entry.substring(at + 1).strip());
            }
        }
        return pairs;
    }
}
