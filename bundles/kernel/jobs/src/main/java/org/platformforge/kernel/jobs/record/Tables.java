package org.platformforge.kernel.jobs.record;

/** The tables of this bundle, and how JSON gets into them. Thread-safe. */
public record Tables(Json json, OperationTable operations, StepTable steps, LogTable logs, ScheduleTable schedule) {
    public static Tables create() {
        Json json = new Json();
        StepTable steps = new StepTable(json);
        return new Tables(json, new OperationTable(json, steps), steps, new LogTable(), new ScheduleTable());
    }
}
