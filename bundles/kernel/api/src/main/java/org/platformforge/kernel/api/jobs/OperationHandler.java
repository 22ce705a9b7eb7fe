package org.platformforge.kernel.api.jobs;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Does one kind of operation. An OSGi service of a module generation; while two generations are there, new steps go to
 * the one that acts. A step may be begun more than once (crash, swap, retry) and must find its own traces. Thread-safe.
 */
@ConsumerType
public interface OperationHandler {
    /** The kind it does, unique on the platform. */
    String kind();

    /** The steps in order, from the input alone: called once, when the operation is submitted. */
    List<StepDefinition> plan(Map<String, Object> input);

    /**
     * Does one step. Interruption means that the platform stops or swaps the module: leave as soon as possible by
     * throwing {@link InterruptedException}; the step is begun again later.
     *
     * @return the checkpoint, kept with the step; JSON-compatible. The map under its key {@code output}, if there is one,
     *     becomes part of {@link Operation#output()} when the operation is completed
     * @throws OperationException a failure that is final for this run, or one to be tried again
     */
    Map<String, Object> execute(String step, StepContext context) throws OperationException, InterruptedException;

    /**
     * Undoes what {@link #execute} of this step created in this operation; called in reverse order for every step that
     * was begun. Must succeed when nothing is there.
     */
    void compensate(String step, StepContext context) throws OperationException, InterruptedException;

    /**
     * Runs in the transaction that ends the operation, whatever its end: the place to bring the module's own records
     * to their final state. {@link Operation#status()} says which end it was.
     */
    void finished(Transaction tx, Operation operation) throws Exception;

    /**
     * @param name unique in the operation, stable
     * @param title for people
     */
    record StepDefinition(String name, String title) {}
}
