package org.platformforge.infrastructure.rest;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.infrastructure.logs.LogQuery;
import org.platformforge.infrastructure.logs.Phrase;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/** Reads what is asked of a log; everything that is wrong is said at once. */
public final class LogQueries {
    public static final int MOST = 1000;
    static final int DEFAULT = 100;

    private static final Set<String> LEVELS = new TreeSet<>(Set.of("trace", "debug", "info", "warn", "error", "fatal"));
    private static final int LONGEST = 255;

    private LogQueries() {}

    /**
     * @param cursor is looked at and no more; see {@link #before}
     * @throws PlatformException {@code VALIDATION}
     */
    public static LogQuery query(
            String level,
            String from,
            String to,
            String service,
            String environment,
            String text,
            Integer limit,
            String cursor) {
        List<FieldError> wrong = new ArrayList<>();
        String lower = level == null || level.isBlank() ? null : level.toLowerCase(Locale.ROOT);
        if (lower != null && !LEVELS.contains(lower)) {
            wrong.add(new FieldError("level", "must be one of " + String.join(", ", LEVELS)));
        }
        Phrase phrase = text == null || text.isBlank() ? null : Phrase.of(text);
        if (phrase == null && text != null && !text.isBlank()) {
            wrong.add(new FieldError("text", "must have a letter or a digit"));
        }
        Instant begin = time(wrong, "from", from);
        Instant end = time(wrong, "to", to);
        if (begin != null && end != null && begin.isAfter(end)) {
            wrong.add(new FieldError("from", "must not be after to"));
        }
        if (cursor != null && !cursor.isBlank() && before(cursor) <= 0) {
            wrong.add(new FieldError("cursor", "is none of this list's"));
        }
        LogQuery query = new LogQuery(
                lower,
                name(wrong, "service", service),
                name(wrong, "environment", environment),
                begin,
                end,
                phrase,
                limit == null ? DEFAULT : Math.max(1, Math.min(MOST, limit)));
        name(wrong, "text", text);
        if (!wrong.isEmpty()) {
            throw PlatformException.invalid("Invalid request", wrong);
        }
        return query;
    }

    private static String name(List<FieldError> wrong, String field, String value) {
        if (value != null && value.length() > LONGEST) {
            wrong.add(new FieldError(field, "must have at most " + LONGEST + " characters"));
        }
        return value == null || value.isBlank() ? null : value;
    }

    private static Instant time(List<FieldError> wrong, String field, String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            wrong.add(new FieldError(
                    field, "must be an ISO 8601 date and time with an offset, such as 2026-01-01T00:00:00Z"));
            return null;
        }
    }

    static String cursor(long before) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(8).putLong(before).array());
    }

    /** @return 0 for none, -1 for what is no cursor */
    static long before(String cursor) {
        if (cursor == null || cursor.isBlank()) {
            return 0;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            return bytes.length == 8 ? Math.max(-1, ByteBuffer.wrap(bytes).getLong()) : -1;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }
}
