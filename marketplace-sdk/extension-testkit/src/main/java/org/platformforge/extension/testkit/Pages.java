package org.platformforge.extension.testkit;

import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;

/** Parts of lists in memory; a cursor is a number of rows. */
final class Pages {
    private Pages() {}

    static <T> Page<T> of(List<T> all, PageRequest page) {
        int from = Math.min(page.cursor() == null ? page.offset() : cursor(page.cursor()), all.size());
        int to = Math.min(from + page.limit(), all.size());
        return new Page<>(
                all.subList(from, to), all.size(), to < all.size() ? Optional.of("c" + to) : Optional.empty());
    }

    private static int cursor(String cursor) {
        if (!cursor.matches("c[0-9]{1,9}")) {
            throw PlatformException.invalid("cursor", "It is none of this list");
        }
        return Integer.parseInt(cursor.substring(1));
    }
}
