package org.platformforge.kernel.jobs.rest;

import java.time.Instant;
import java.util.List;
import org.platformforge.kernel.api.jobs.Operations.LogLine;

/**
 * A part of an operation's log, oldest first.
 *
 * @param next what to ask for as {@code after} to go on
 * @param complete whether no more lines can come
 */
public record LogView(String operationId, String status, List<LineView> lines, long next, boolean complete) {
    /** @param step null for lines about the whole operation */
    public record LineView(long sequence, Instant at, String step, String text) {
        static LineView of(LogLine line) {
            return new LineView(line.sequence(), line.at(), line.step(), line.text());
        }
    }
}
