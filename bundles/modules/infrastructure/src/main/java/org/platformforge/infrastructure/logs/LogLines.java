package org.platformforge.infrastructure.logs;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/**
 * Reads events from lines as {@code org.ops4j.pax.logging.cfg} writes them: {@code time level [thread] logger (bundle)
 * request message}; lines of a stack trace follow their event. Used by one thread.
 */
final class LogLines {
    private static final int TIME = 24; // 2026-01-01T00:00:00.000Z
    static final int MOST_TRACE = 16_000;
    private static final String OURS = "org.platformforge.";

    private final BufferedReader lines;
    private String ahead;

    LogLines(BufferedReader lines) throws IOException {
        this.lines = lines;
        this.ahead = lines.readLine();
    }

    /** @return null at the end */
    LogEntry next() throws IOException {
        LogEntry entry = null;
        while (entry == null && ahead != null) {
            entry = parse(ahead); // what stands before the first event belongs to one in an older file
            ahead = lines.readLine();
        }
        if (entry == null) {
            return null;
        }
        StringBuilder trace = new StringBuilder();
        while (ahead != null && !begins(ahead)) {
            if (trace.length() < MOST_TRACE) {
                trace.append(trace.length() == 0 ? "" : "\n").append(ahead);
            }
            ahead = lines.readLine();
        }
        return trace.length() == 0 ? entry : entry.withStackTrace(trace.toString());
    }

    private static boolean begins(String line) {
        return line.length() > TIME
                && line.charAt(10) == 'T'
                && line.charAt(TIME - 1) == 'Z'
                && line.charAt(TIME) == ' ';
    }

    /** @return null when it is no event */
    static LogEntry parse(String line) {
        int thread = line.indexOf(" [");
        int logger = thread < 0 ? -1 : line.indexOf("] ", thread);
        int bundle = logger < 0 ? -1 : line.indexOf(" (", logger);
        int request = bundle < 0 ? -1 : line.indexOf(") ", bundle);
        int message = request < 0 ? -1 : line.indexOf(' ', request + 2);
        if (!begins(line) || message < 0) {
            return null;
        }
        try {
            String service = line.substring(bundle + 2, request);
            String requestId = line.substring(request + 2, message);
            return LogEntry.of(
                    Instant.parse(line.substring(0, TIME)),
                    line.substring(TIME, thread).strip().toLowerCase(Locale.ROOT),
                    service.startsWith(OURS) ? service.substring(OURS.length()) : service,
                    line.substring(logger + 2, bundle),
                    requestId.isEmpty() ? null : requestId,
                    line.substring(message + 1));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
