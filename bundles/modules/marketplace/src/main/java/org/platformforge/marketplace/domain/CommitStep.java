package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;

/** The one step that changes what serves the tenant, and the way back from it. Thread-safe. */
final class CommitStep {
    static final String FIGURES = "figures";

    /** In a checkpoint, what the record said before. */
    static final String BEFORE = "before";

    private static final String OUTPUT = "output";

    private final Action action;
    private final ExtensionOperation.Parts parts;
    private final OperationRows rows;
    private final StillNeeded need;
    private final Json json = new Json();

    CommitStep(Action action, ExtensionOperation.Parts parts, OperationRows rows, StillNeeded need) {
        this.action = action;
        this.parts = parts;
        this.rows = rows;
        this.need = need;
    }

    Map<String, Object> commit(StepContext context) throws OperationException {
        Operation operation = context.operation();
        String tenantId = operation.tenantId();
        Installation before = rows.installation(context);
        Map<String, Object> undo = keptUndo(context);
        boolean done = action.starts() ? before.pending() == null : !undo.isEmpty();
        List<Installation> along = rows.along(operation);
        Map<String, Object> kept = done ? undo : undo(before);
        if (!done) {
            if (action.starts()) {
                for (OperationRows.Wanted one : rows.wanted(context)) {
                    // the node may be another one than started it, or have restarted since
                    parts.director().ensureStarted(one.release());
                }
            }
            need.require(before);
            if (undo.isEmpty()) {
                context.checkpoint(kept);
            }
        }
        record(operation, before, along);
        for (Installation fresh : along) {
            parts.director().apply(tenantId, fresh.extensionId());
        }
        parts.director().apply(tenantId, before.extensionId());
        count(context);
        Map<String, Object> result = new LinkedHashMap<>(kept);
        List<?> figures = (List<?>) kept.get(FIGURES);
        result.put(OUTPUT, figures.isEmpty() ? Map.of() : Map.of(FIGURES, figures));
        return result;
    }

    /**
     * What the record says before the commit, for the way back. What starts a release keeps it with that: the record is the
     * operation's from its begin to its end, and no other write has to be waited for before the tenant is served.
     */
    Map<String, Object> undo(Installation before) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(BEFORE, snapshot(before));
        values.put(FIGURES, CanaryFigures.toMaps(parts.figures().of(before)));
        return values;
    }

    /** What was kept of the record before the commit; empty when nothing was. */
    Map<String, Object> keptUndo(StepContext context) {
        return context.checkpointOf(ExtensionOperation.START)
                .filter(start -> start.get(BEFORE) instanceof Map<?, ?>)
                .or(() -> Optional.of(context.checkpoint()).filter(own -> own.get(BEFORE) instanceof Map<?, ?>))
                .orElse(Map.of());
    }

    /** From here on the records say what serves the tenant. */
    private void record(Operation operation, Installation before, List<Installation> along) {
        parts.store().run(operation.tenantId(), tx -> {
            for (Installation fresh : along) {
                Installation row = rows.locked(tx, fresh);
                if (row.pending() != null) {
                    parts.installations().update(tx, row.serving(row.pending(), null));
                }
            }
            Installation row = rows.locked(tx, before);
            if (!action.starts() || row.pending() != null) {
                parts.installations().update(tx, after(row, operation));
                parts.figures().forget(tx, row);
            }
        });
    }

    /** A release that a tenant has come to counts as a download. */
    private void count(StepContext context) throws OperationException {
        if (action != Action.INSTALL && action != Action.UPGRADE) {
            return;
        }
        String tenantId = context.operation().tenantId();
        for (Installation fresh : rows.along(context.operation())) {
            parts.catalogue().installed(tenantId, release(fresh.current()));
        }
        parts.catalogue().installed(tenantId, release(rows.installation(context).current()));
    }

    private Release release(Setup setup) {
        return parts.store()
                .call(
                        Store.ALL_TENANTS,
                        tx -> parts.releases().release(tx, setup.releaseId()).orElseThrow());
    }

    private Installation after(Installation row, Operation operation) {
        return switch (action) {
            case INSTALL -> row.serving(row.pending(), null);
            case UPGRADE, ROLLBACK, PROMOTE ->
                row.serving(row.pending(), row.current())
                        .withState(
                                row.state() == Installation.State.DISABLED
                                        ? Installation.State.DISABLED
                                        : Installation.State.ACTIVE);
            case ENABLE -> row.serving(row.current(), row.previous());
            case DISABLE -> row.withoutCanary().withState(Installation.State.DISABLED);
            case WITHDRAW -> row.withoutCanary();
            case CANARY ->
                row.withCanary(
                        row.pending(),
                        ((Number) operation.input().get("percent")).intValue(),
                        new CanaryPolicy(((Number) operation.input().get("promote_after")).longValue()));
            case UNINSTALL -> throw new IllegalStateException("An uninstallation has no commit");
        };
    }

    /** The way back: the tenant is served as the checkpoint says. */
    void restore(String tenantId, Installation seen, Map<?, ?> before) {
        parts.store().run(tenantId, tx -> {
            Installation row =
                    parts.installations().lock(tx, tenantId, seen.extensionId()).orElseThrow();
            parts.installations().update(tx, restored(row, before));
        });
        parts.director().apply(tenantId, seen.extensionId());
    }

    private Map<String, Object> snapshot(Installation row) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("state", row.state().name());
        values.put("current", row.current() == null ? null : row.current().toMap());
        values.put("previous", row.previous() == null ? null : row.previous().toMap());
        values.put("canary", row.canary() == null ? null : row.canary().toMap());
        values.put("percent", row.canaryPercent());
        values.put("policy", row.canaryPolicy().toMap());
        return values;
    }

    private Installation restored(Installation row, Map<?, ?> before) {
        Map<String, Object> values = json.map(json.tree(before));
        return new Installation(
                row.tenantId(),
                row.id(),
                row.extensionId(),
                Installation.State.valueOf((String) values.get("state")),
                setup(values.get("current")),
                setup(values.get("previous")),
                setup(values.get("canary")),
                null,
                ((Number) values.get("percent")).intValue(),
                CanaryPolicy.of(json.map(json.tree(values.get("policy")))),
                row.pinned(),
                row.autoPatch(),
                row.operationId(),
                row.error(),
                row.problem(),
                row.createdBy(),
                row.createdAt(),
                row.updatedAt(),
                row.revision());
    }

    private Setup setup(Object map) {
        return map == null ? null : Setup.of(json.map(json.tree(map)));
    }
}
