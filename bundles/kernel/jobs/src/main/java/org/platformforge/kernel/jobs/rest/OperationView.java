package org.platformforge.kernel.jobs.rest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.jobs.Operation;

/**
 * An operation on the wire. Checkpoints stay inside: they are notes of a module for itself.
 *
 * @param error null while it has not failed
 */
public record OperationView(
        String id,
        String kind,
        String target,
        String status,
        List<StepView> steps,
        ErrorView error,
        Map<String, Object> output,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt,
        String createdBy) {

    public record StepView(
            String name,
            String title,
            String status,
            int attempts,
            String message,
            Instant startedAt,
            Instant finishedAt) {
        static StepView of(Operation.Step step) {
            return new StepView(
                    step.name(),
                    step.title(),
                    step.status().name().toLowerCase(Locale.ROOT),
                    step.attempts(),
                    step.message(),
                    step.startedAt(),
                    step.finishedAt());
        }
    }

    public record ErrorView(String code, String message, List<FieldView> details) {
        static ErrorView of(Operation.Failure failure) {
            return failure == null
                    ? null
                    : new ErrorView(
                            failure.code(),
                            failure.message(),
                            failure.fields().stream().map(FieldView::of).toList());
        }
    }

    public record FieldView(String field, String message) {
        static FieldView of(FieldError error) {
            return new FieldView(error.field(), error.message());
        }
    }

    static OperationView of(Operation operation) {
        return new OperationView(
                operation.id(),
                operation.kind(),
                operation.target(),
                operation.status().name().toLowerCase(Locale.ROOT),
                operation.steps().stream().map(StepView::of).toList(),
                ErrorView.of(operation.error()),
                operation.output(),
                operation.createdAt(),
                operation.startedAt(),
                operation.finishedAt(),
                operation.createdBy());
    }
}
