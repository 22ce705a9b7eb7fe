package org.platformforge.kernel.store.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Records and checkpoints as messages of RFC 5424: what one filters by as structured data, the rest as JSON. */
final class SyslogMessage {
    /** Facility 13, log audit. */
    private static final int FACILITY = 13 * 8;

    private static final int WARNING = 4;
    private static final int INFORMATIONAL = 6;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private SyslogMessage() {}

    static String of(ChainedRow record, String hostname) {
        Row row = record.row();
        boolean refused = row.result().equals("refused");
        StringBuilder out = head(refused ? WARNING : INFORMATIONAL, row.at(), hostname, "audit");
        field(out.append("[audit@32473"), "tenant", row.tenantId());
        field(out, "sequence", Long.toString(record.sequence()));
        field(out, "action", row.action());
        field(out, "actor", row.actor());
        field(out, "result", row.result());
        field(out, "hash", record.hash());
        field(out, "mac", record.mac());
        return out.append("] ").append(record.canonical()).toString();
    }

    static String of(SignedState state, String hostname) {
        StringBuilder out = head(INFORMATIONAL, state.at(), hostname, "checkpoint");
        field(out.append("[checkpoint@32473"), "tenant", state.tenantId());
        field(out, "sequence", Long.toString(state.sequence()));
        field(out, "hash", state.hash());
        return out.append("] ").append(state.checkpoint().line()).toString();
    }

    private static StringBuilder head(int severity, Instant at, String hostname, String id) {
        return new StringBuilder(1024)
                .append('<')
                .append(FACILITY + severity)
                .append(">1 ")
                .append(TIME.format(at))
                .append(' ')
                .append(hostname.isEmpty() ? "-" : hostname)
                .append(" platform-forge ")
                .append(ProcessHandle.current().pid())
                .append(' ')
                .append(id)
                .append(' ');
    }

    private static void field(StringBuilder out, String name, String value) {
        out.append(' ').append(name).append("=\"");
        for (int i = 0; value != null && i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\' || c == ']') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }
}
