package org.platformforge.kernel.http.json;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;

/** Reads the paging parameters of all documents: limit and offset (001), page and limit (002), cursor everywhere. */
public final class PageRequests {
    private PageRequests() {}

    /**
     * @param page counted from 1; ignored when an offset is there
     * @return the request, out-of-range numbers clamped
     * @throws PlatformException VALIDATION naming each parameter that is no number
     */
    public static PageRequest of(String limit, String offset, String page, String cursor) {
        List<FieldError> errors = new ArrayList<>();
        Integer rows = number("limit", limit, errors);
        Integer skip = number("offset", offset, errors);
        Integer number = number("page", page, errors);
        if (!errors.isEmpty()) {
            throw PlatformException.invalid("Invalid request parameters", errors);
        }
        int size = PageRequest.of(rows, 0, null).limit();
        if (skip == null && number != null) {
            skip = (int) Math.min(Integer.MAX_VALUE, Math.max(0L, number - 1L) * size);
        }
        return PageRequest.of(rows, skip, cursor);
    }

    private static Integer number(String name, String value, List<FieldError> errors) {
        if (value == null) {
            return null;
        }
        if (!value.matches("[+-]?\\d{1,100}")) {
            errors.add(new FieldError(name, "must be a whole number"));
            return null;
        }
        BigInteger number = new BigInteger(value);
        return number.min(BigInteger.valueOf(Integer.MAX_VALUE))
                .max(BigInteger.valueOf(Integer.MIN_VALUE))
                .intValue();
    }
}
