package org.platformforge.kernel.jobs.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.platformforge.kernel.api.jobs.Operation;

/** Operations as scripts read them: the names of the HTTP API. */
final class OperationJson {
    private OperationJson() {}

    static List<Map<String, Object>> list(List<Operation> operations) {
        return operations.stream().map(OperationJson::one).toList();
    }

    static Map<String, Object> one(Operation operation) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("id", operation.id());
        values.put("kind", operation.kind());
        values.put("target", operation.target());
        values.put("status", lower(operation.status()));
        values.put("steps", operation.steps().stream().map(OperationJson::step).toList());
        values.put("error", operation.error() == null ? null : error(operation.error()));
        values.put("output", operation.output());
        values.put("created_at", operation.createdAt());
        values.put("started_at", operation.startedAt());
        values.put("finished_at", operation.finishedAt());
        values.put("created_by", operation.createdBy());
        return values;
    }

    private static Map<String, Object> step(Operation.Step step) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", step.name());
        values.put("title", step.title());
        values.put("status", lower(step.status()));
        values.put("attempts", step.attempts());
        values.put("message", step.message());
        values.put("started_at", step.startedAt());
        values.put("finished_at", step.finishedAt());
        return values;
    }

    private static Map<String, Object> error(Operation.Failure failure) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("code", failure.code());
        values.put("message", failure.message());
        values.put(
                "details",
                failure.fields().stream()
                        .map(field -> Map.of("field", field.field(), "message", field.message()))
                        .toList());
        return values;
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
