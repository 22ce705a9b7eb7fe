package org.platformforge.admin.rest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.platformforge.kernel.api.PlatformException;

/** ISO-8601 dates as document 002 has them for filters: with or without a time, in UTC without a zone. */
public final class Dates {
    private static final int DATE = 10;
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private Dates() {}

    /** The first moment of it; null for null. */
    public static Instant from(String name, String text) {
        return text == null ? null : parse(name, text, 0);
    }

    /** The first moment after it, for a date its next day; null for null. */
    public static Instant until(String name, String text) {
        return text == null ? null : parse(name, text, 1);
    }

    private static Instant parse(String name, String text, int days) {
        try {
            Instant parsed;
            if (text.length() == DATE) {
                parsed = LocalDate.parse(text)
                        .plusDays(days)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
            } else if (text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")) {
                parsed = OffsetDateTime.parse(text).toInstant().plusNanos(days * 1000L);
            } else {
                parsed = LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).plusNanos(days * 1000L);
            }
            if (!parsed.isBefore(EARLIEST) && !parsed.isAfter(LATEST)) {
                return parsed;
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw PlatformException.invalid(
                name, "must be a date or a date and time in ISO-8601, such as 2024-01-20 or 2024-01-20T10:00:00Z");
    }
}
