package org.platformforge.infrastructure.logs;

import java.time.Instant;

/**
 * What is asked of a log; null for no condition.
 *
 * @param level in lower case
 * @param from inclusive
 * @param to inclusive
 * @param text whole words that stand next to each other in the message, the stack trace or the request's id; letters count in either case
 */
public record LogQuery(
        String level, String service, String environment, Instant from, Instant to, Phrase text, int limit) {

    /** Whether the index of a block alone can tell how many match, of one that is wholly in the time asked for. */
    boolean countedByIndex() {
        return text == null && environment == null;
    }

    boolean matches(LogEntry entry) {
        return (level == null || level.equals(entry.level()))
                && (service == null || service.equals(entry.service()))
                && (environment == null || environment.equals(entry.environment()))
                && (from == null || !entry.timestamp().isBefore(from))
                && (to == null || !entry.timestamp().isAfter(to))
                && (text == null || text.in(entry));
    }
}
