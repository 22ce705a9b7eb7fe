package org.platformforge.infrastructure.logs;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * What is asked of the log; null for no condition.
 *
 * @param level in lower case
 * @param from inclusive
 * @param to inclusive
 * @param skip how many of the events at {@code to} the client has
 */
public record LogQuery(String level, String service, Instant from, Instant to, int limit, int skip) {

    boolean matches(LogEntry entry) {
        return (level == null || level.equals(entry.level()))
                && (service == null || service.equals(entry.service()))
                && (from == null || !entry.timestamp().isBefore(from))
                && (to == null || !entry.timestamp().isAfter(to));
    }

    /** The same, before the event the cursor stands at. @return null for a cursor that is none */
    public LogQuery at(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split("/");
            int known = parts.length == 2 ? Integer.parseInt(parts[1]) : -1;
            return known < 0 || known > 1_000_000
                    ? null
                    : new LogQuery(level, service, from, Instant.parse(parts[0]), limit, known);
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    static String cursor(Instant at, int known) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((at + "/" + known).getBytes(StandardCharsets.US_ASCII));
    }
}
