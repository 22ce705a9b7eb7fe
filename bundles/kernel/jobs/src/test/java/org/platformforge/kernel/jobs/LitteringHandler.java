package org.platformforge.kernel.jobs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Transaction;

/** Leaves its own classes wherever it can: in a thread-local, a context class loader, a map and an exception. */
public final class LitteringHandler implements OperationHandler {
    private static final ThreadLocal<Object> LEFT = new ThreadLocal<>();

    /** A class of this module in the hands of the platform. */
    private static final class OwnMap extends HashMap<String, Object> {
        private static final long serialVersionUID = 1L;
    }

    private static final class OwnException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public String kind() {
        return "litter";
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        return List.of(new StepDefinition("one", "One"), new StepDefinition("two", "Two"));
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context) throws OperationException {
        LEFT.set(this);
        Thread.currentThread().setContextClassLoader(LitteringHandler.class.getClassLoader());
        Map<String, Object> own = new OwnMap();
        own.put("key", new OwnMap());
        context.checkpoint(own);
        if (step.equals("two")) {
            throw OperationException.fatal("LITTER", "Enough", new OwnException());
        }
        return own;
    }

    @Override
    public void compensate(String step, StepContext context) {
        throw new OwnException();
    }

    @Override
    public void finished(Transaction tx, Operation operation) {
        LEFT.set(this);
    }
}
