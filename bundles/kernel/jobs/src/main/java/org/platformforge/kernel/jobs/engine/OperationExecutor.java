package org.platformforge.kernel.jobs.engine;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.jobs.engine.StepScope.Services;
import org.platformforge.kernel.jobs.engine.Transitions.Position;
import org.platformforge.kernel.jobs.engine.Transitions.Taken;
import org.platformforge.kernel.jobs.record.Lease;
import org.platformforge.kernel.jobs.record.LogTable.Entry;
import org.platformforge.kernel.jobs.record.OperationState;
import org.platformforge.kernel.jobs.record.OperationState.StepState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one operation as far as it goes now: to its end, to a wait, or until it is asked to leave. Before and after
 * each step the records are durable, so an execution may end anywhere and the next one goes on from the records alone.
 * Thread-safe; one run for an operation on this node.
 *
 * <p>Swap contract: steps are begun on the handler of the kind whose bundle acts. When that is another than the run's
 * the run ends, and the operation is picked again on a fresh thread with the newer handler. A step interrupted
 * for that goes back to pending and counts no failure.
 */
final class OperationExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(OperationExecutor.class);
    private static final Duration ZOMBIE_WAIT = Duration.ofMillis(500);
    private static final Duration TROUBLE = Duration.ofSeconds(1);

    private final Runs runs;
    private final HandlerRegistry handlers;
    private final Services services;
    private final Transitions transitions;
    private final StepCaller caller;
    private final Finisher finisher;
    private final Supplier<JobSettings> settings;
    private final Consumer<Duration> triggerAfter;
    private volatile boolean stopping;

    /** @param triggerAfter looks for due executions after the wait */
    OperationExecutor(
            Runs runs,
            HandlerRegistry handlers,
            Services services,
            Signals signals,
            Supplier<JobSettings> settings,
            Consumer<Duration> triggerAfter) {
        this.runs = runs;
        this.handlers = handlers;
        this.services = services;
        this.transitions = services.transitions();
        this.caller = new StepCaller(runs, services.json());
        this.finisher = new Finisher(runs, services, signals);
        this.settings = settings;
        this.triggerAfter = triggerAfter;
    }

    /** From now on executions are given back at once. */
    void stop() {
        stopping = true;
        runs.stopAll(Run.Stop.SHUTDOWN);
    }

    /**
     * Never throws: what happens to the execution is in the database when this returns.
     *
     * @param taskVersion version of the picked row
     * @param earlierFailures executions in a row that ended in trouble
     */
    void execute(String operationId, long taskVersion, int earlierFailures) {
        Run run = new Run(operationId);
        if (!runs.add(run)) {
            // A run of ours lost its lease and has not left its step yet: two at once must not be.
            giveBack(operationId, taskVersion, ZOMBIE_WAIT, false);
            return;
        }
        try {
            drive(run, taskVersion);
        } catch (LeaseLostException e) {
            LOG.warn("{}; this node leaves it alone", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Operation {} cannot go on at the moment", operationId, e);
            giveBack(operationId, taskVersion, settings.get().backoff(earlierFailures + 1, TROUBLE), true);
        } finally {
            runs.remove(run);
        }
    }

    private void giveBack(String operationId, long taskVersion, Duration wait, boolean trouble) {
        try {
            transitions.giveBack(operationId, taskVersion, wait, trouble);
            triggerAfter.accept(wait);
        } catch (RuntimeException e) {
            LOG.warn("Operation {} stays picked until it is found dead: {}", operationId, e.getMessage());
        }
    }

    private void drive(Run run, long taskVersion) {
        Taken taken = transitions
                .takeOver(
                        run.operationId(),
                        taskVersion,
                        kind -> !stopping && handlers.acting(kind).isPresent())
                .orElse(null);
        Position position = taken == null ? null : taken.position();
        while (position != null) {
            position = advance(run, taken.lease(), position);
        }
    }

    /** @return from where there is more to do now; null when there is not */
    private Position advance(Run run, Lease lease, Position position) {
        Operation operation = position.state().operation();
        Optional<HandlerRef> handler = handlers.acting(operation.kind());
        if (handler.isEmpty() || !mayGoOn(run, handler.get())) {
            transitions.release(lease, position);
            return null;
        }
        return switch (operation.status()) {
            case RUNNING -> forward(run, lease, position, handler.get());
            case COMPENSATING -> backward(run, lease, position.state(), handler.get());
            default -> throw new LeaseLostException(lease.operationId());
        };
    }

    private boolean mayGoOn(Run run, HandlerRef handler) {
        return !stopping && run.stopped() == null && !run.usedOtherThan(handler);
    }

    private Position forward(Run run, Lease lease, Position position, HandlerRef handler) {
        OperationState state = position.state();
        if (state.cancelRequested()) {
            OperationState undoing = transitions.cancel(lease);
            log(lease, null, "Cancellation was requested; what was created is undone");
            return Position.of(undoing);
        }
        Optional<StepState> next = state.nextForward();
        if (next.isEmpty()) {
            return finished(run, lease, state, handler);
        }
        OperationState begun = position.begun() ? state : transitions.beginStep(lease, next.get());
        StepState step = begun.steps().get(next.get().ordinal());
        log(
                lease,
                step,
                step.step().attempts() == 1
                        ? "started"
                        : "started, attempt " + step.step().attempts());
        Outcome outcome = caller.execute(run, handler, step.name(), scope(run, lease, begun, step));
        return executed(run, lease, begun, step, outcome);
    }

    private Position finished(Run run, Lease lease, OperationState state, HandlerRef handler) {
        return finisher.finish(run, lease, state, handler) ? Position.of(transitions.current(lease)) : null;
    }

    private Position executed(Run run, Lease lease, OperationState state, StepState step, Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            boolean goesOn = handlers.acting(state.operation().kind())
                    .filter(handler -> mayGoOn(run, handler))
                    .isPresent();
            Position next = transitions.completeStep(lease, state, step, done.checkpoint(), goesOn);
            log(lease, step, "completed");
            return next;
        }
        if (outcome instanceof Outcome.Interrupted) {
            return interrupted(run, lease, state, step);
        }
        if (outcome instanceof Outcome.Transient failed
                && step.failures() < settings.get().stepRetries()) {
            return executeLater(lease, step, failed);
        }
        Operation.Failure failure =
                outcome instanceof Outcome.Transient last ? last.failure() : ((Outcome.Fatal) outcome).failure();
        OperationState undoing = transitions.failStep(lease, step, failure);
        log(lease, step, "failed: " + failure.message());
        return Position.of(undoing);
    }

    private Position executeLater(Lease lease, StepState step, Outcome.Transient failed) {
        Duration asked = settings.get().backoff(step.failures() + 1, failed.delay());
        log(lease, step, failed.failure().message() + "; tried again in " + text(asked));
        Duration wait = transitions.retryStepLater(lease, step, failed.failure().message(), asked);
        triggerAfter.accept(wait);
        return null;
    }

    private Position interrupted(Run run, Lease lease, OperationState state, StepState step) {
        if (run.stopped() == Run.Stop.LEASE_LOST) {
            throw new LeaseLostException(lease.operationId());
        }
        log(lease, step, "interrupted; it is begun again");
        transitions.release(lease, new Position(state, true));
        return null;
    }

    private Position backward(Run run, Lease lease, OperationState state, HandlerRef handler) {
        Optional<StepState> next = state.nextBackward();
        if (next.isEmpty()) {
            return finished(run, lease, state, handler);
        }
        StepState step = next.get();
        log(lease, step, "undoing");
        Outcome outcome = caller.compensate(run, handler, step.name(), scope(run, lease, state, step));
        return compensated(run, lease, state, step, outcome);
    }

    private Position compensated(Run run, Lease lease, OperationState state, StepState step, Outcome outcome) {
        if (outcome instanceof Outcome.Done) {
            OperationState undone = transitions.undone(lease, step);
            log(lease, step, "undone");
            return Position.of(undone);
        }
        if (outcome instanceof Outcome.Interrupted) {
            if (run.stopped() == Run.Stop.LEASE_LOST) {
                throw new LeaseLostException(lease.operationId());
            }
            transitions.release(lease, Position.of(state));
            return null;
        }
        if (outcome instanceof Outcome.Transient failed
                && step.failures() < settings.get().stepRetries()) {
            Duration wait = settings.get().backoff(step.failures() + 1, failed.delay());
            log(lease, step, "not undone yet: " + failed.failure().message() + "; tried again in " + text(wait));
            transitions.retryCompensationLater(lease, step, wait);
            triggerAfter.accept(wait);
            return null;
        }
        Operation.Failure failure =
                outcome instanceof Outcome.Transient last ? last.failure() : ((Outcome.Fatal) outcome).failure();
        OperationState left = transitions.notUndone(lease, step, failure.message());
        log(lease, step, "could not be undone: " + failure.message());
        return Position.of(left);
    }

    private StepScope scope(Run run, Lease lease, OperationState state, StepState step) {
        return new StepScope(run, lease, state, step, services);
    }

    private void log(Lease lease, StepState step, String text) {
        services.logs()
                .append(new Entry(
                        lease.tenantId(),
                        lease.operationId(),
                        lease.number(),
                        services.clock().now(),
                        step == null ? null : step.name(),
                        text));
    }

    private static String text(Duration wait) {
        return String.format(Locale.ROOT, "%.1f s", wait.toMillis() / 1000.0);
    }
}
