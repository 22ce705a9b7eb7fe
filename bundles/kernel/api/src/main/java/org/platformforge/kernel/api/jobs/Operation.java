package org.platformforge.kernel.api.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.FieldError;

/**
 * A durable piece of work, as anybody may see it.
 *
 * @param id {@code op-…}
 * @param kind which {@link OperationHandler} does it, such as {@code provision}
 * @param target the id of what it works on, such as {@code prov-…}
 * @param input what it was asked to do; JSON-compatible, without secrets
 * @param error why it failed, null while it has not
 * @param output what the handler left as the result, empty until it is completed
 */
public record Operation(
        String id,
        String tenantId,
        String kind,
        String target,
        String createdBy,
        Status status,
        Map<String, Object> input,
        Map<String, Object> output,
        Failure error,
        List<Step> steps,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt) {

    /** Legal transitions: pending → running → completed | failed | cancelled; running → compensating → failed | cancelled. */
    public enum Status {
        PENDING,
        RUNNING,
        /** Undoing, in reverse order, what this operation itself created. */
        COMPENSATING,
        COMPLETED,
        FAILED,
        CANCELLED;

        public boolean finished() {
            return this == COMPLETED || this == FAILED || this == CANCELLED;
        }
    }

    /**
     * A failure that may be shown to the caller.
     *
     * @param code a stable machine name
     */
    public record Failure(String code, String message, List<FieldError> fields) {}

    /**
     * One step.
     *
     * @param checkpoint what the step left behind for later steps and for its own repetition
     * @param attempts how often it was begun
     */
    public record Step(
            String name,
            String title,
            StepStatus status,
            int attempts,
            Map<String, Object> checkpoint,
            String message,
            Instant startedAt,
            Instant finishedAt) {}

    public enum StepStatus {
        PENDING,
        RUNNING,
        COMPLETED,
        FAILED,
        COMPENSATED,
        /** Could not be undone; the message says why, and the driver's inventory still shows what is left. */
        COMPENSATION_FAILED,
        SKIPPED
    }
}
