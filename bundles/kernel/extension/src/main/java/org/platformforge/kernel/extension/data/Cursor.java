package org.platformforge.kernel.extension.data;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.wire.JsonValues;

/** Pages that start after what stood last on the one before. */
final class Cursor {
    private Cursor() {}

    /** @param found the rows of the page, and one more when there is a next page */
    static <T> Page<T> page(List<T> found, PageRequest request, long total, Function<T, String> position) {
        if (found.size() <= request.limit()) {
            return new Page<>(found, total, Optional.empty());
        }
        List<T> shown = found.subList(0, request.limit());
        byte[] last = position.apply(shown.get(shown.size() - 1)).getBytes(StandardCharsets.UTF_8);
        return new Page<>(
                shown,
                total,
                Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(last)));
    }

    /** @return null when the page is not asked for by cursor */
    static String position(PageRequest request) {
        if (request.cursor() == null) {
            return null;
        }
        try {
            return JsonValues.text(
                    "cursor", new String(Base64.getUrlDecoder().decode(request.cursor()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw broken();
        }
    }

    static long number(String position) {
        try {
            return Long.parseLong(position);
        } catch (NumberFormatException e) {
            throw broken();
        }
    }

    private static PlatformException broken() {
        return PlatformException.of(ErrorKind.MALFORMED, "The cursor is not one of this list");
    }
}
