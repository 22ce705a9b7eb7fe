package org.platformforge.kernel.security.db;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;

/** Pages by the id of their last row. */
public final class Cursors {
    private Cursors() {}

    /** @param found the rows of the page, and one more when there is a next page */
    public static <T> Page<T> page(List<T> found, PageRequest request, long total, Function<T, String> id) {
        if (found.size() <= request.limit()) {
            return new Page<>(found, total, Optional.empty());
        }
        List<T> shown = found.subList(0, request.limit());
        byte[] last = id.apply(shown.get(shown.size() - 1)).getBytes(StandardCharsets.UTF_8);
        String next = Base64.getUrlEncoder().withoutPadding().encodeToString(last);
        return new Page<>(shown, total, Optional.of(next));
    }

    /**
     * The id a page starts after.
     *
     * @return null when the page is not asked for by cursor
     */
    public static String position(PageRequest request) {
        if (request.cursor() == null) {
            return null;
        }
        String id;
        try {
            id = new String(Base64.getUrlDecoder().decode(request.cursor()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            id = "";
        }
        if (!id.matches("[A-Za-z0-9_-]{1,64}")) {
            throw PlatformException.of(ErrorKind.MALFORMED, "The cursor is not one of this list");
        }
        return id;
    }
}
