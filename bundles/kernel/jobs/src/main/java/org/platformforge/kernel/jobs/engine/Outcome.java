package org.platformforge.kernel.jobs.engine;

import java.time.Duration;
import java.util.Map;
import org.platformforge.kernel.api.jobs.Operation;

/** How a call of a handler ended. */
sealed interface Outcome {
    record Done(Map<String, Object> checkpoint) implements Outcome {}

    /** @param delay what the handler asked for; zero for the platform's own */
    record Transient(Operation.Failure failure, Duration delay) implements Outcome {}

    record Fatal(Operation.Failure failure) implements Outcome {}

    /** It was asked to leave and left; whatever it threw is no failure of the step. */
    record Interrupted() implements Outcome {}
}
