package org.platformforge.kernel.jobs.record;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.StepStatus;

/**
 * An operation with what only its executor needs to know.
 *
 * @param outcome the end a compensating operation is on its way to, else null
 */
public record OperationState(
        Operation operation, boolean cancelRequested, Operation.Status outcome, long lease, List<StepState> steps) {

    /**
     * @param failures transient failures since the step last went forward
     * @param begun whether it may have left something behind that has to be undone
     */
    public record StepState(int ordinal, Operation.Step step, int failures, boolean begun) {
        public String name() {
            return step.name();
        }
    }

    public String id() {
        return operation.id();
    }

    public String tenantId() {
        return operation.tenantId();
    }

    /** The first step that is not completed. */
    public Optional<StepState> nextForward() {
        return steps.stream()
                .filter(step -> step.step().status() != StepStatus.COMPLETED)
                .findFirst();
    }

    /** The first step that is not completed once this one is. */
    public Optional<StepState> nextForward(StepState completed) {
        return steps.stream()
                .filter(step -> step.ordinal() != completed.ordinal())
                .filter(step -> step.step().status() != StepStatus.COMPLETED)
                .findFirst();
    }

    /** The last step that was begun and is not undone. */
    public Optional<StepState> nextBackward() {
        return steps.stream().filter(StepState::begun).max(Comparator.comparingInt(StepState::ordinal));
    }

    public boolean anyCompensationFailed() {
        return steps.stream().anyMatch(step -> step.step().status() == StepStatus.COMPENSATION_FAILED);
    }
}
