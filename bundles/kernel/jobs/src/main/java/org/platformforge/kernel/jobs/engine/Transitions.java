package org.platformforge.kernel.jobs.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.jobs.record.Lease;
import org.platformforge.kernel.jobs.record.LogTable.Entry;
import org.platformforge.kernel.jobs.record.OperationState;
import org.platformforge.kernel.jobs.record.OperationState.StepState;
import org.platformforge.kernel.jobs.record.Tables;

/**
 * Every change an executor makes to an operation, each in one transaction that begins by locking the operation under
 * the executor's lease: who lost the lease gets {@link LeaseLostException} and has changed nothing. Thread-safe.
 */
final class Transitions {
    /** The key of a step's checkpoint whose values become the operation's output. */
    static final String OUTPUT = "output";

    @FunctionalInterface
    private interface Change<T> {
        T apply(Connection connection, Instant now) throws SQLException;
    }

    private final Store store;
    private final Tables tables;
    private final String node;

    Transitions(Store store, Tables tables, String node) {
        this.store = store;
        this.tables = tables;
        this.node = node;
    }

    Optional<OperationState> load(String id) {
        return store.call(Store.ALL_TENANTS, tx -> tables.operations().find(tx.connection(), id));
    }

    /** Takes the operation over, if the execution is still as this node picked it. */
    Lease takeOver(String tenantId, String id, long taskVersion) {
        return store.call(Store.ALL_TENANTS, tx -> {
            tables.operations().takeOver(tx.connection(), id, node, tx.now());
            if (!tables.schedule().heldAt(tx.connection(), id, taskVersion)) {
                throw new LeaseLostException(id);
            }
            OperationState state =
                    tables.operations().find(tx.connection(), id).orElseThrow(() -> new LeaseLostException(id));
            return new Lease(tenantId, id, state.lease(), taskVersion);
        });
    }

    /** The state as it is now, if the lease holds. */
    OperationState current(Lease lease) {
        OperationState state = load(lease.operationId()).orElseThrow(() -> new LeaseLostException(lease.operationId()));
        if (state.lease() != lease.number()) {
            throw new LeaseLostException(lease.operationId());
        }
        return state;
    }

    void start(Lease lease) {
        change(lease, (connection, now) -> must(lease, tables.operations().start(connection, lease, now)));
    }

    /** @return the state with the step running */
    OperationState beginStep(Lease lease, StepState step) {
        return change(lease, (connection, now) -> {
            tables.steps().begin(connection, lease, step, now);
            return tables.operations().find(connection, lease.operationId()).orElseThrow();
        });
    }

    void completeStep(Lease lease, StepState step, Map<String, ?> checkpoint) {
        change(lease, (connection, now) -> {
            tables.steps().complete(connection, lease, step, checkpoint, now);
            return null;
        });
    }

    void checkpoint(Lease lease, StepState step, Map<String, ?> values) {
        change(lease, (connection, now) -> {
            tables.steps().checkpoint(connection, lease, step, values);
            return null;
        });
    }

    /** An interrupted step: to be begun again, and not counted as a failure. */
    void repeatStep(Lease lease, StepState step) {
        change(lease, (connection, now) -> {
            tables.steps().repeat(connection, lease, step, step.failures(), null);
            return null;
        });
    }

    /**
     * A transient failure; the execution is given back until the wait is over.
     *
     * @return the wait, which is none when somebody asked to cancel
     */
    Duration retryStepLater(Lease lease, StepState step, String message, Duration wait) {
        return change(lease, (connection, now) -> {
            boolean cancelled = tables.operations().cancelRequested(connection, lease.operationId());
            Duration used = cancelled ? Duration.ZERO : wait;
            tables.steps().repeat(connection, lease, step, step.failures() + 1, message);
            release(connection, lease, now, used);
            return used;
        });
    }

    /** The same while undoing. */
    void retryCompensationLater(Lease lease, StepState step, Duration wait) {
        change(lease, (connection, now) -> {
            tables.steps().countFailure(connection, lease, step);
            return release(connection, lease, now, wait);
        });
    }

    /** The step failed for good: undo. A failure after somebody asked to cancel is a cancellation. */
    void failStep(Lease lease, StepState step, Operation.Failure failure) {
        change(lease, (connection, now) -> {
            if (tables.operations().cancelRequested(connection, lease.operationId())) {
                tables.steps().repeat(connection, lease, step, 0, null);
                return compensate(connection, lease, Status.CANCELLED, null);
            }
            tables.steps().fail(connection, lease, step, failure.message(), now);
            return compensate(connection, lease, Status.FAILED, failure);
        });
    }

    void cancel(Lease lease) {
        change(lease, (connection, now) -> compensate(connection, lease, Status.CANCELLED, null));
    }

    private Void compensate(Connection connection, Lease lease, Status outcome, Operation.Failure failure)
            throws SQLException {
        must(lease, tables.operations().compensate(connection, lease, outcome, failure));
        tables.steps().skipRest(connection, lease);
        return null;
    }

    void undone(Lease lease, StepState step) {
        change(lease, (connection, now) -> {
            tables.steps().undone(connection, lease, step, now);
            return null;
        });
    }

    void notUndone(Lease lease, StepState step, String message) {
        change(lease, (connection, now) -> {
            tables.steps().notUndone(connection, lease, step, message, now);
            return null;
        });
    }

    /** Gives the execution back. */
    void release(Lease lease, Duration wait) {
        change(lease, (connection, now) -> {
            tables.schedule().resetFailures(connection, lease.operationId(), lease.taskVersion());
            return release(connection, lease, now, wait);
        });
    }

    private Void release(Connection connection, Lease lease, Instant now, Duration wait) throws SQLException {
        return must(lease, tables.schedule().release(connection, lease.operationId(), lease.taskVersion(), now, wait));
    }

    /**
     * Gives an execution back whose operation was not taken over, or cannot be changed at the moment.
     *
     * @param trouble whether to count it, for growing waits
     */
    void giveBack(String id, long taskVersion, Duration wait, boolean trouble) {
        store.run(Store.ALL_TENANTS, tx -> {
            if (trouble) {
                tables.schedule().countFailure(tx.connection(), id, taskVersion);
            }
            tables.schedule().release(tx.connection(), id, taskVersion, tx.now(), wait);
        });
    }

    /** Ends an execution whose operation is over or gone. */
    void discard(String id, long taskVersion) {
        store.run(Store.ALL_TENANTS, tx -> tables.schedule().remove(tx.connection(), id, taskVersion));
    }

    /**
     * Ends the operation: its status, the end of its execution, the last log line and the module's own records commit
     * together or not at all.
     *
     * @return false when somebody asked to cancel before the completion: it has to be undone instead
     */
    boolean finish(Lease lease, OperationState state, OperationHandler handler) {
        return store.call(lease.tenantId(), tx -> {
            if (!end(tx, lease, state)) {
                if (tables.operations().lock(tx.connection(), lease, tx.now())) {
                    return false;
                }
                throw new LeaseLostException(lease.operationId());
            }
            must(lease, tables.schedule().remove(tx.connection(), lease.operationId(), lease.taskVersion()));
            Operation ended = tables.operations()
                    .find(tx.connection(), lease.tenantId(), lease.operationId())
                    .orElseThrow()
                    .operation();
            lastLine(tx, lease, ended);
            handler.finished(tx, ended);
            return true;
        });
    }

    private boolean end(Transaction tx, Lease lease, OperationState state) throws SQLException {
        if (state.operation().status() == Status.RUNNING) {
            return tables.operations().complete(tx.connection(), lease, output(state), tx.now());
        }
        Operation.Failure failure = state.operation().error();
        if (failure == null && state.anyCompensationFailed()) {
            failure = new Operation.Failure(
                    "COMPENSATION_FAILED", "Not everything this operation created could be removed", List.of());
        }
        return tables.operations().end(tx.connection(), lease, state.outcome(), failure, tx.now());
    }

    private void lastLine(Transaction tx, Lease lease, Operation ended) throws SQLException {
        String text = "Operation " + ended.status().name().toLowerCase(Locale.ROOT)
                + (ended.error() == null ? "" : ": " + ended.error().message());
        long last = tables.logs().last(tx.connection(), lease.tenantId(), lease.operationId());
        tables.logs()
                .insert(
                        tx.connection(),
                        List.of(new Entry(lease.tenantId(), lease.operationId(), lease.number(), tx.now(), null, text)),
                        last + 1);
    }

    private static Map<String, Object> output(OperationState state) {
        Map<String, Object> output = new LinkedHashMap<>();
        for (StepState step : state.steps()) {
            if (step.step().checkpoint().get(OUTPUT) instanceof Map<?, ?> values) {
                values.forEach((key, value) -> output.put((String) key, value));
            }
        }
        return output;
    }

    private <T> T change(Lease lease, Change<T> change) {
        return store.call(Store.ALL_TENANTS, tx -> {
            must(lease, tables.operations().lock(tx.connection(), lease, tx.now()));
            return change.apply(tx.connection(), tx.now());
        });
    }

    private static Void must(Lease lease, boolean changed) {
        if (!changed) {
            throw new LeaseLostException(lease.operationId());
        }
        return null;
    }
}
