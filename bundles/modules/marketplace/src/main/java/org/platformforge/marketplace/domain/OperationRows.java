package org.platformforge.marketplace.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * The installations an operation is about: its own, and those that are made along with it; and the changes that several steps
 * make to them. Thread-safe.
 */
final class OperationRows {
    private final ExtensionOperation.Parts parts;

    OperationRows(ExtensionOperation.Parts parts) {
        this.parts = parts;
    }

    Installation installation(StepContext context) throws OperationException {
        String tenantId = context.operation().tenantId();
        return parts.store()
                .call(
                        tenantId,
                        tx -> parts.installations()
                                .byId(tx, tenantId, context.operation().target()))
                .orElseThrow(() -> OperationException.fatal("NOT_FOUND", "The installation is gone", null));
    }

    /** @param release null when nothing is wanted, or it is gone */
    record Wanted(Installation installation, Release release) {}

    /** What is wanted of what is installed along, then of the operation's own; asked at once. */
    List<Wanted> wanted(StepContext context) throws OperationException {
        Operation operation = context.operation();
        List<Wanted> all = parts.store().call(Store.ALL_TENANTS, tx -> {
            List<Wanted> found = new ArrayList<>();
            for (Installation row : along(tx, operation)) {
                found.add(wanted(tx, row));
            }
            Optional<Installation> own = parts.installations().byId(tx, operation.tenantId(), operation.target());
            if (own.isEmpty()) {
                return List.of();
            }
            found.add(wanted(tx, own.get()));
            return found;
        });
        if (all.isEmpty()) {
            throw OperationException.fatal("NOT_FOUND", "The installation is gone", null);
        }
        for (Wanted one : all) {
            if (one.installation().pending() == null) {
                throw OperationException.fatal("CONFLICT", "Nothing is wanted of the installation", null);
            }
            if (one.release() == null) {
                throw OperationException.fatal("NOT_FOUND", "The release is gone", null);
            }
        }
        return all;
    }

    private Wanted wanted(Transaction tx, Installation row) throws SQLException {
        return new Wanted(
                row,
                row.pending() == null
                        ? null
                        : parts.releases()
                                .release(tx, row.pending().releaseId())
                                .orElse(null));
    }

    /** Installations that are made with the operation's own, what others need first. */
    List<Installation> along(Operation operation) {
        return OperationEnd.along(operation).isEmpty()
                ? List.of()
                : parts.store().call(operation.tenantId(), tx -> along(tx, operation));
    }

    private List<Installation> along(Transaction tx, Operation operation) throws SQLException {
        List<Installation> found = new ArrayList<>();
        for (String id : OperationEnd.along(operation)) {
            parts.installations()
                    .find(tx, operation.tenantId(), id)
                    .filter(row -> operation.id().equals(row.operationId()))
                    .ifPresent(found::add);
        }
        return found;
    }

    Installation locked(Transaction tx, Installation seen) throws SQLException {
        return parts.installations()
                .lock(tx, seen.tenantId(), seen.extensionId())
                .orElseThrow(() -> PlatformException.of(ErrorKind.CONFLICT, "The installation is gone"));
    }

    void become(Installation seen, Installation.State state) {
        parts.store().run(seen.tenantId(), tx -> {
            Installation row = parts.installations()
                    .lock(tx, seen.tenantId(), seen.extensionId())
                    .orElseThrow();
            parts.installations().update(tx, row.withoutCanary().withState(state));
        });
        parts.director().apply(seen.tenantId(), seen.extensionId());
    }

    /** What was wanted is not needed any more, so that it can be stopped. */
    void forget(String tenantId, Installation seen) {
        parts.store().run(tenantId, tx -> {
            Installation row =
                    parts.installations().lock(tx, tenantId, seen.extensionId()).orElseThrow();
            parts.installations().update(tx, row.begun(row.operationId(), null));
        });
        parts.director().tidy(seen.extensionId());
    }
}
