package org.platformforge.admin.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.platformforge.kernel.api.store.AuditTrail.Entry;

/**
 * Audit records as CSV (RFC 4180) for spreadsheets. A cell that a spreadsheet would take for a formula gets an apostrophe
 * before it: a user agent is what a stranger chose to send. For a proof use the lines of JSON.
 */
public final class AuditCsv {
    public static final String HEADER = line(Stream.of(
            "sequence",
            "timestamp",
            "id",
            "user_id",
            "actor",
            "auth_method",
            "action",
            "target",
            "result",
            "request_id",
            "ip",
            "user_agent",
            "details",
            "hash"));

    /** Sees the JDK's own types alone, whose cache holds no module. */
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String FORMULA = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private AuditCsv() {}

    public static String line(Entry entry) {
        return line(Stream.of(
                Long.toString(entry.sequence()),
                entry.at().toString(),
                entry.id(),
                entry.onBehalfOf() == null ? entry.actor() : entry.onBehalfOf(),
                entry.actor(),
                entry.scheme().toLowerCase(Locale.ROOT),
                entry.action(),
                entry.target(),
                entry.result(),
                entry.requestId(),
                entry.address(),
                entry.userAgent(),
                json(entry),
                entry.hash()));
    }

    private static String json(Entry entry) {
        try {
            return JSON.writeValueAsString(entry.details());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Details that were read as JSON cannot be written as JSON", e);
        }
    }

    private static String line(Stream<String> cells) {
        return cells.map(AuditCsv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    static String cell(String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        String safe = FORMULA.indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        boolean quote = List.of(",", "\"", "\n", "\r").stream().anyMatch(safe::contains);
        return quote ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
