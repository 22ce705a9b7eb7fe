package org.platformforge.kernel.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Transaction;

/** A handler of one step, bound to the component as the service registry would. */
public record ServedHandler(String kind, Body body) implements OperationHandler {
    /** The step. */
    public interface Body {
        Map<String, Object> run(StepContext context) throws OperationException, InterruptedException;
    }

    private static final AtomicLong SERVICES = new AtomicLong();

    public static void bind(JobsComponent jobs, String kind, Body body) {
        long id = SERVICES.incrementAndGet();
        jobs.bindHandler(new ServedHandler(kind, body), Map.of("service.id", id, "service.bundleid", id));
    }

    public static void close(JobsComponent jobs) throws IOException {
        if (!jobs.closed()) {
            jobs.close();
        }
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        return List.of(new StepDefinition("one", "Do it"));
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        return body.run(context);
    }

    @Override
    public void compensate(String step, StepContext context) {
        context.log("nothing to undo");
    }

    @Override
    public void finished(Transaction tx, Operation operation) {
        // It has no records.
    }
}
