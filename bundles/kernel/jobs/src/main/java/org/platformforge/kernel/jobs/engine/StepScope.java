package org.platformforge.kernel.jobs.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.StepStatus;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.jobs.node.DatabaseClock;
import org.platformforge.kernel.jobs.record.Json;
import org.platformforge.kernel.jobs.record.Lease;
import org.platformforge.kernel.jobs.record.LogTable.Entry;
import org.platformforge.kernel.jobs.record.OperationState;
import org.platformforge.kernel.jobs.record.OperationState.StepState;

/** What one call of a handler sees; useless when the call has returned. Used by the step's thread only. */
final class StepScope implements StepContext {
    private static final long LOOK_AGAIN = Duration.ofMillis(250).toNanos();

    private final Run run;
    private final Lease lease;
    private final OperationState state;
    private final StepState step;
    private final Transitions transitions;
    private final LogWriter logs;
    private final DatabaseClock clock;
    private final Json json;
    private Map<String, Object> checkpoint;
    private long lookedAt;
    private boolean closed;

    StepScope(Run run, Lease lease, OperationState state, StepState step, Services services) {
        this.run = run;
        this.lease = lease;
        this.state = state;
        this.step = step;
        this.transitions = services.transitions();
        this.logs = services.logs();
        this.clock = services.clock();
        this.json = services.json();
        this.checkpoint = step.step().checkpoint();
        this.lookedAt = System.nanoTime() - LOOK_AGAIN;
    }

    /** What scopes of all steps share. */
    record Services(Transitions transitions, LogWriter logs, DatabaseClock clock, Json json) {}

    void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The step has ended");
        }
    }

    @Override
    public Operation operation() {
        return state.operation();
    }

    @Override
    public Map<String, Object> checkpoint() {
        return checkpoint;
    }

    @Override
    public Optional<Map<String, Object>> checkpointOf(String name) {
        return state.steps().stream()
                .map(StepState::step)
                .filter(other -> other.name().equals(name) && other.status() == StepStatus.COMPLETED)
                .map(Operation.Step::checkpoint)
                .findFirst();
    }

    @Override
    public void checkpoint(Map<String, Object> values) {
        requireOpen();
        Map<String, Object> copy = json.copy(values);
        run.shielded(() -> {
            transitions.checkpoint(lease, step, copy);
            return null;
        });
        checkpoint = copy;
    }

    @Override
    public void log(String line) {
        requireOpen();
        logs.append(new Entry(lease.tenantId(), lease.operationId(), lease.number(), clock.now(), step.name(), line));
    }

    @Override
    public boolean cancelRequested() {
        requireOpen();
        if (state.cancelRequested() || run.cancelRequested()) {
            return true;
        }
        long now = System.nanoTime();
        if (now - lookedAt < LOOK_AGAIN) {
            return false;
        }
        lookedAt = now;
        // Asked for on another node, perhaps.
        boolean requested = run.shielded(() -> transitions.current(lease).cancelRequested());
        if (requested) {
            run.requestCancel();
        }
        return requested;
    }
}
