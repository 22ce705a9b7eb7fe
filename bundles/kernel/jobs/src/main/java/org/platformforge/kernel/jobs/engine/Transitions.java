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
import java.util.function.Predicate;
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

    /**
     * Where a run stands.
     *
     * @param begun whether the next step was begun in the transaction that read the state, and is to be executed
     */
    record Position(OperationState state, boolean begun) {
        static Position of(OperationState state) {
            return new Position(state, false);
        }
    }

    record Taken(Lease lease, Position position) {}

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

    /**
     * Takes the operation over, if the execution is still as this node picked it, starts it if nobody has, and begins its
     * next step if there is one to execute.
     *
     * @param acting whether somebody acts for a kind here
     * @return empty when there is nothing to do here: the execution has ended, or was given back for want of a handler
     */
    Optional<Taken> takeOver(String id, long taskVersion, Predicate<String> acting) {
        return store.call(Store.ALL_TENANTS, tx -> {
            Connection connection = tx.connection();
            tables.operations().takeOver(connection, id, node, tx.now());
            OperationState found = tables.operations().find(connection, id).orElse(null);
            if (found == null || found.operation().status().finished()) {
                tables.schedule().remove(connection, id, taskVersion);
                return Optional.empty();
            }
            if (!tables.schedule().heldAt(connection, id, taskVersion)) {
                throw new LeaseLostException(id);
            }
            if (!acting.test(found.operation().kind())) {
                // Without a handler it is not picked again here, but perhaps by a node that has one.
                tables.schedule().release(connection, id, taskVersion, tx.now(), Duration.ZERO);
                return Optional.empty();
            }
            return Optional.of(begin(connection, found, taskVersion, tx.now()));
        });
    }

    private Taken begin(Connection connection, OperationState found, long taskVersion, Instant now)
            throws SQLException {
        Lease lease = new Lease(found.tenantId(), found.id(), found.lease(), taskVersion);
        Status status = found.operation().status();
        if (status == Status.PENDING) {
            must(lease, tables.operations().start(connection, lease, now));
        }
        Optional<StepState> next =
                status == Status.COMPENSATING || found.cancelRequested() ? Optional.empty() : found.nextForward();
        if (next.isPresent()) {
            tables.steps().begin(connection, lease, next.get(), now);
        }
        boolean changed = status == Status.PENDING || next.isPresent();
        return new Taken(lease, new Position(changed ? find(connection, found.id()) : found, next.isPresent()));
    }

    private OperationState find(Connection connection, String id) throws SQLException {
        return tables.operations().find(connection, id).orElseThrow(() -> new LeaseLostException(id));
    }

    /** The state as it is now, if the lease holds. */
    OperationState current(Lease lease) {
        OperationState state = store.call(Store.ALL_TENANTS, tx -> find(tx.connection(), lease.operationId()));
        if (state.lease() != lease.number()) {
            throw new LeaseLostException(lease.operationId());
        }
        return state;
    }

    /** @return the state with the step running */
    OperationState beginStep(Lease lease, StepState step) {
        return change(lease, (connection, now) -> {
            tables.steps().begin(connection, lease, step, now);
            return find(connection, lease.operationId());
        });
    }

    /**
     * Completes a step and begins the one after it, unless somebody asked to cancel.
     *
     * @param state in which the step runs
     * @param begin whether the run may go on
     */
    Position completeStep(Lease lease, OperationState state, StepState step, Map<String, ?> checkpoint, boolean begin) {
        return change(lease, (connection, now) -> {
            tables.steps().complete(connection, lease, step, checkpoint, now);
            Optional<StepState> next = begin ? state.nextForward(step) : Optional.empty();
            boolean begins = next.isPresent() && !tables.operations().cancelRequested(connection, lease.operationId());
            if (begins) {
                tables.steps().begin(connection, lease, next.get(), now);
            }
            return new Position(find(connection, lease.operationId()), begins);
        });
    }

    void checkpoint(Lease lease, StepState step, Map<String, ?> values) {
        change(lease, (connection, now) -> {
            tables.steps().checkpoint(connection, lease, step, values);
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
    OperationState failStep(Lease lease, StepState step, Operation.Failure failure) {
        return change(lease, (connection, now) -> {
            if (tables.operations().cancelRequested(connection, lease.operationId())) {
                tables.steps().repeat(connection, lease, step, 0, null);
                return compensate(connection, lease, Status.CANCELLED, null);
            }
            tables.steps().fail(connection, lease, step, failure.message(), now);
            return compensate(connection, lease, Status.FAILED, failure);
        });
    }

    OperationState cancel(Lease lease) {
        return change(lease, (connection, now) -> compensate(connection, lease, Status.CANCELLED, null));
    }

    private OperationState compensate(Connection connection, Lease lease, Status outcome, Operation.Failure failure)
            throws SQLException {
        must(lease, tables.operations().compensate(connection, lease, outcome, failure));
        tables.steps().skipRest(connection, lease);
        return find(connection, lease.operationId());
    }

    OperationState undone(Lease lease, StepState step) {
        return change(lease, (connection, now) -> {
            tables.steps().undone(connection, lease, step, now);
            return find(connection, lease.operationId());
        });
    }

    OperationState notUndone(Lease lease, StepState step, String message) {
        return change(lease, (connection, now) -> {
            tables.steps().notUndone(connection, lease, step, message, now);
            return find(connection, lease.operationId());
        });
    }

    /** Gives the execution back; a step that was begun and not executed is pending again. */
    void release(Lease lease, Position position) {
        change(lease, (connection, now) -> {
            if (position.begun()) {
                StepState step = position.state().nextForward().orElseThrow();
                tables.steps().repeat(connection, lease, step, step.failures(), null);
            }
            tables.schedule().resetFailures(connection, lease.operationId(), lease.taskVersion());
            return release(connection, lease, now, Duration.ZERO);
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
