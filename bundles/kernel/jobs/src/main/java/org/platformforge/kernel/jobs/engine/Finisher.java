package org.platformforge.kernel.jobs.engine;

import org.platformforge.kernel.jobs.engine.StepScope.Services;
import org.platformforge.kernel.jobs.record.Lease;
import org.platformforge.kernel.jobs.record.LogTable.Entry;
import org.platformforge.kernel.jobs.record.OperationState;

/**
 * Ends an operation together with its module's records. A module that cannot bring its records to their end keeps the
 * operation from ending: it is tried again later, and nothing is lost.
 */
final class Finisher {
    private final Runs runs;
    private final Services services;
    private final Signals signals;

    Finisher(Runs runs, Services services, Signals signals) {
        this.runs = runs;
        this.services = services;
        this.signals = signals;
    }

    /** @return whether the run has more to do: it ended in no way, or was cancelled before it was completed */
    boolean finish(Run run, Lease lease, OperationState state, HandlerRef handler) {
        // Readers of the log are told the end by the status: what was said before must be there by then.
        services.logs().flush();
        if (!run.enter(handler)) {
            return true;
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean ended;
        try {
            thread.setContextClassLoader(handler.handler().getClass().getClassLoader());
            ended = run.shielded(() -> services.transitions().finish(lease, state, handler.handler()));
        } catch (LeaseLostException e) {
            throw e;
        } catch (RuntimeException e) {
            services.logs()
                    .append(new Entry(
                            lease.tenantId(),
                            lease.operationId(),
                            lease.number(),
                            services.clock().now(),
                            null,
                            "The end could not be recorded yet; it is tried again"));
            throw e;
        } finally {
            thread.setContextClassLoader(before);
            run.leave();
            runs.announce();
        }
        if (ended) {
            signals.signal(lease.operationId());
        }
        return !ended;
    }
}
