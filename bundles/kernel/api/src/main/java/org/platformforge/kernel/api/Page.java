package org.platformforge.kernel.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list in a stable order.
 *
 * @param items the rows
 * @param total all rows that match, on all pages
 * @param nextCursor where the next page starts, empty on the last
 */
public record Page<T>(List<T> items, long total, Optional<String> nextCursor) {
    public Page {
        items = List.copyOf(items);
    }

    public <R> Page<R> map(Function<? super T, ? extends R> mapper) {
        return new Page<>(items.stream().<R>map(mapper).toList(), total, nextCursor);
    }
}
