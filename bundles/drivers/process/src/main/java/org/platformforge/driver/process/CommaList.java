package org.platformforge.driver.process;

import java.util.List;
import java.util.stream.Stream;

/** A list in a {@code .cfg} file, whose values are plain texts: its entries stand in one line with commas between them. */
final class CommaList {
    private CommaList() {}

    static List<String> of(String... values) {
        return Stream.of(values)
                .flatMap(value -> Stream.of(value.split(",")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }
}
