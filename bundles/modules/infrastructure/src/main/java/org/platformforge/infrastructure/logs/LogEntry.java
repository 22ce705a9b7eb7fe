package org.platformforge.infrastructure.logs;

import java.time.Instant;

/**
 * A line of a log.
 *
 * @param level in lower case
 * @param service the application; for the platform the bundle that wrote it, without {@code org.platformforge.}
 * @param environment of the application; null for the platform
 * @param instance of the application; null for the platform
 * @param logger of the platform; null for applications
 * @param requestId of the request it belongs to, or null
 * @param stackTrace null for none
 */
public record LogEntry(
        Instant timestamp,
        String level,
        String service,
        String environment,
        String instance,
        String logger,
        String requestId,
        String message,
        String stackTrace) {
    /** Of the platform. */
    static LogEntry of(
            Instant timestamp, String level, String service, String logger, String requestId, String message) {
        return new LogEntry(timestamp, level, service, null, null, logger, requestId, message, null);
    }

    LogEntry with(String newMessage, String newStackTrace) {
        return new LogEntry(
                timestamp, level, service, environment, instance, logger, requestId, newMessage, newStackTrace);
    }

    LogEntry withStackTrace(String text) {
        return with(message, text);
    }
}
