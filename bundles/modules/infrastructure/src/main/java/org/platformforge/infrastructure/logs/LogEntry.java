package org.platformforge.infrastructure.logs;

import java.time.Instant;

/**
 * An event of the platform's log.
 *
 * @param level in lower case
 * @param service the bundle that wrote it, without {@code org.platformforge.}
 * @param requestId of the request it belongs to, or null
 * @param stackTrace null for none
 */
public record LogEntry(
        Instant timestamp,
        String level,
        String service,
        String logger,
        String requestId,
        String message,
        String stackTrace) {
    LogEntry withStackTrace(String text) {
        return new LogEntry(timestamp, level, service, logger, requestId, message, text);
    }
}
