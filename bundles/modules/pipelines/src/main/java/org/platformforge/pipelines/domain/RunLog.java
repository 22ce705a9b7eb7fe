package org.platformforge.pipelines.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.jobs.Operations.LogLine;

/**
 * The log of a run: those of its operations and of its releases', one behind the other in the order in which they began. A
 * cursor is the place of the operation and the number of the line in it. Thread-safe.
 */
@Component(service = RunLog.class)
public final class RunLog {
    private static final long LINES = 1_000_000_000L;

    private final RunService runs;
    private final Operations operations;

    /** @param stage null for lines about the whole operation */
    public record Line(long sequence, Instant at, String stage, String text) {}

    /**
     * @param next what to go on after
     * @param complete whether no more lines can come
     */
    public record Part(Run run, List<Line> lines, long next, boolean complete) {}

    @Activate
    public RunLog(@Reference RunService runs, @Reference Operations operations) {
        this.runs = runs;
        this.operations = operations;
    }

    /** @param stage null for all */
    public Part after(Caller caller, String runId, long after, int limit, String stage) {
        // the run first: whatever was logged before its end is then seen by what is read
        Run run = runs.whole(caller, runId).run();
        List<Line> lines = new ArrayList<>();
        long position = Math.max(0, after);
        boolean drained = true;
        for (int i = (int) Math.min(position / LINES, run.operations().size());
                i < run.operations().size() && lines.size() < limit;
                i++) {
            long from = i == position / LINES ? position % LINES : 0;
            // before its lines, so that none is missed by going on to the next operation
            boolean ended = operations
                    .find(run.tenantId(), run.operations().get(i))
                    .map(operation -> operation.status().finished())
                    .orElse(true);
            List<LogLine> found;
            do {
                found = operations.logs(run.tenantId(), run.operations().get(i), from, limit - lines.size());
                for (LogLine line : found) {
                    from = line.sequence();
                    if (stage == null || stage.equals(line.step())) {
                        lines.add(new Line(i * LINES + line.sequence(), line.at(), line.step(), line.text()));
                    }
                }
            } while (!found.isEmpty() && lines.size() < limit);
            position = Math.max(position, i * LINES + from);
            drained = found.isEmpty();
            if (!drained || !ended && i + 1 < run.operations().size()) {
                // lines of what began later would come before those still to come
                drained = false;
                break;
            }
        }
        return new Part(run, List.copyOf(lines), position, run.status().finished() && drained);
    }
}
