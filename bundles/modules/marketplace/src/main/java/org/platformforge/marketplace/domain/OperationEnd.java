package org.platformforge.marketplace.domain;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.store.Transaction;

/** What the end of an operation leaves: the installations' states, their history, and events. Thread-safe. */
final class OperationEnd {
    private final Action action;
    private final ExtensionOperation.Parts parts;
    private final Json json = new Json();

    OperationEnd(Action action, ExtensionOperation.Parts parts) {
        this.action = action;
        this.parts = parts;
    }

    /** Extensions that are installed with the operation's own, what others need first. */
    static List<String> along(Operation operation) {
        return operation.input().get(Submissions.ALONG) instanceof List<?> ids
                ? ids.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Plain SQL only: the transaction is not one of this module's persistence unit. */
    void write(Transaction tx, Operation operation) throws SQLException {
        String extensionId = (String) operation.input().get("extension_id");
        boolean completed = operation.status() == Operation.Status.COMPLETED;
        Installation.Fault fault = completed ? null : fault(operation);
        Optional<Installation> row = parts.installations().lock(tx, operation.tenantId(), extensionId);
        if (row.isPresent() && operation.id().equals(row.get().operationId())) {
            parts.installations().update(tx, row.get().ended(end(row.get(), completed), fault));
        }
        parts.history().insert(tx, operation.tenantId(), entry(tx, operation, extensionId, fault));
        tell(tx, operation, operation.target(), operation.input(), action, fault);
        for (String id : along(operation)) {
            finishedAlong(tx, operation, id, fault);
        }
    }

    /** What was to be installed along is there, or is not, as before. */
    private void finishedAlong(Transaction tx, Operation operation, String extensionId, Installation.Fault fault)
            throws SQLException {
        Optional<Installation> found = parts.installations()
                .lock(tx, operation.tenantId(), extensionId)
                .filter(row -> operation.id().equals(row.operationId()));
        if (found.isEmpty()) {
            return;
        }
        Installation row = found.get();
        if (fault != null) {
            parts.installations().delete(tx, row);
            return;
        }
        parts.installations().update(tx, row.ended(row.state(), null));
        Map<String, Object> facts = new LinkedHashMap<>(Trail.facts(row));
        facts.put("for", operation.input().get("extension_id"));
        parts.history()
                .insert(
                        tx,
                        operation.tenantId(),
                        new HistoryEntry(
                                Ids.next("hist_"),
                                row.id(),
                                extensionId,
                                Action.INSTALL.wire(),
                                "completed",
                                null,
                                row.current().version(),
                                "Installed with " + operation.input().get("extension_id"),
                                List.of(),
                                operation.id(),
                                operation.createdBy(),
                                tx.now()));
        tell(tx, operation, row.id(), facts, Action.INSTALL, null);
    }

    private void tell(
            Transaction tx,
            Operation operation,
            String installationId,
            Map<String, Object> input,
            Action what,
            Installation.Fault fault) {
        Map<String, Object> facts = new LinkedHashMap<>(input);
        facts.put("installation_id", installationId);
        facts.put("operation_id", operation.id());
        if (fault != null) {
            facts.put("error", Map.of("code", fault.code(), "message", fault.message()));
        }
        String event = fault == null ? what.event() : "extension." + what.wire() + "_failed";
        parts.trail().tell(tx, operation.tenantId(), event, installationId, facts);
    }

    private Installation.State end(Installation row, boolean completed) {
        if (completed) {
            return row.state();
        }
        boolean nothingServes = row.state() == Installation.State.INSTALLING
                || row.state() == Installation.State.UNINSTALLING
                || action == Action.INSTALL;
        return nothingServes ? Installation.State.FAILED : row.state();
    }

    private HistoryEntry entry(Transaction tx, Operation operation, String extensionId, Installation.Fault fault) {
        Object figures = operation.output().get(CommitStep.FIGURES);
        return new HistoryEntry(
                Ids.next("hist_"),
                operation.target(),
                extensionId,
                action.wire(),
                operation.status().name().toLowerCase(Locale.ROOT),
                (String) operation.input().get("from_version"),
                (String) operation.input().get("version"),
                fault == null ? (String) operation.input().get("reason") : fault.message(),
                figures == null ? List.of() : json.readMaps(json.write(figures)),
                operation.id(),
                operation.createdBy(),
                tx.now());
    }

    private static Installation.Fault fault(Operation operation) {
        return operation.error() == null
                ? new Installation.Fault(
                        operation.status().name(),
                        "The operation was " + operation.status().name().toLowerCase(Locale.ROOT))
                : new Installation.Fault(
                        operation.error().code(), operation.error().message());
    }
}
