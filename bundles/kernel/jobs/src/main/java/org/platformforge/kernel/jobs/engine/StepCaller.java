package org.platformforge.kernel.jobs.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.jobs.record.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a handler and tells what its end means. Nothing of the handler's classes outlives the call. Thread-safe. */
final class StepCaller {
    private static final Logger LOG = LoggerFactory.getLogger(StepCaller.class);

    @FunctionalInterface
    private interface Call {
        Map<String, Object> apply() throws Exception;
    }

    private final Runs runs;
    private final Json json;

    StepCaller(Runs runs, Json json) {
        this.runs = runs;
        this.json = json;
    }

    Outcome execute(Run run, HandlerRef handler, String step, StepScope scope) {
        return within(
                run,
                handler,
                step,
                scope,
                () -> json.copy(nonNull(handler.handler().execute(step, scope))));
    }

    Outcome compensate(Run run, HandlerRef handler, String step, StepScope scope) {
        return within(run, handler, step, scope, () -> {
            handler.handler().compensate(step, scope);
            return Map.of();
        });
    }

    private static Map<String, Object> nonNull(Map<String, Object> checkpoint) {
        return checkpoint == null ? Map.of() : checkpoint;
    }

    private Outcome within(Run run, HandlerRef handler, String step, StepScope scope, Call call) {
        if (!run.enter(handler)) {
            return new Outcome.Interrupted();
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(handler.handler().getClass().getClassLoader());
            return new Outcome.Done(call.apply());
        } catch (LeaseLostException e) {
            throw e;
        } catch (Throwable e) {
            return outcome(run, step, e);
        } finally {
            thread.setContextClassLoader(before);
            scope.close();
            run.leave();
            runs.announce();
        }
    }

    /** What a step throws after it was asked to leave is the sound of leaving. */
    private static Outcome outcome(Run run, String step, Throwable failure) {
        if (run.stopped() != null) {
            LOG.debug("Step {} of {} left", step, run.operationId(), failure);
            return new Outcome.Interrupted();
        }
        if (failure instanceof OperationException known) {
            return known.retryIn()
                    .<Outcome>map(wait -> new Outcome.Transient(failure(known), wait))
                    .orElseGet(() -> new Outcome.Fatal(failure(known)));
        }
        if (failure instanceof InterruptedException) {
            return new Outcome.Transient(
                    new Operation.Failure("INTERRUPTED", "The step was interrupted", List.of()), Duration.ZERO);
        }
        if (failure instanceof PlatformException known && known.kind() != ErrorKind.INTERNAL) {
            Operation.Failure shown =
                    new Operation.Failure(known.code().orElse(known.kind().name()), known.getMessage(), known.fields());
            return known.kind() == ErrorKind.UNAVAILABLE
                    ? new Outcome.Transient(shown, known.retryAfter().orElse(Duration.ZERO))
                    : new Outcome.Fatal(shown);
        }
        LOG.error("Step {} of operation {} failed by an error of its module", step, run.operationId(), failure);
        return new Outcome.Fatal(
                new Operation.Failure("INTERNAL_ERROR", "The step failed because of an internal error", List.of()));
    }

    private static Operation.Failure failure(OperationException known) {
        String code = known.code() == null ? "FAILED" : known.code();
        String message = known.getMessage() == null ? code : known.getMessage();
        return new Operation.Failure(code, message, known.fields() == null ? List.of() : known.fields());
    }
}
