package org.platformforge.kernel.jobs;

import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Transaction;

/** A handler that does what the test says, and keeps a list of what it was asked to do. */
class ScriptedHandler implements OperationHandler {
    interface Body {
        Map<String, Object> run(StepContext context) throws OperationException, InterruptedException;
    }

    interface End {
        void run(Transaction tx, Operation operation) throws Exception;
    }

    final List<String> calls = new CopyOnWriteArrayList<>();
    private final String kind;
    private final List<String> steps;
    private final Map<String, Body> bodies = new ConcurrentHashMap<>();
    private final Map<String, Body> undo = new ConcurrentHashMap<>();
    private volatile End end = (tx, operation) -> {};

    ScriptedHandler(String kind, String... steps) {
        this.kind = kind;
        this.steps = List.of(steps);
    }

    ScriptedHandler on(String step, Body body) {
        bodies.put(step, body);
        return this;
    }

    ScriptedHandler undoing(String step, Body body) {
        undo.put(step, body);
        return this;
    }

    ScriptedHandler ending(End body) {
        end = body;
        return this;
    }

    /** A body that tells when it is entered and stays until it is let go. */
    static final class Gate implements Body {
        final Semaphore entered = new Semaphore(0);
        final Semaphore leave = new Semaphore(0);

        @Override
        public Map<String, Object> run(StepContext context) throws InterruptedException {
            entered.release();
            leave.acquire();
            return Map.of();
        }
    }

    /** One that does not heed interruptions. */
    static final class DeafGate implements Body {
        final Semaphore entered = new Semaphore(0);
        final Semaphore leave = new Semaphore(0);

        @Override
        public Map<String, Object> run(StepContext context) {
            entered.release();
            leave.acquireUninterruptibly();
            return Map.of("deaf", true);
        }
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        return steps.stream()
                .map(step -> new StepDefinition(step, "Do " + step))
                .toList();
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        calls.add(step);
        return bodies.getOrDefault(step, ignored -> Map.of("by", step)).run(context);
    }

    @Override
    public void compensate(String step, StepContext context) throws OperationException, InterruptedException {
        calls.add("undo " + step);
        undo.getOrDefault(step, ignored -> Map.of()).run(context);
    }

    /** Writes a row in the ending transaction: how many there are is how often the end was committed. */
    @Override
    public void finished(Transaction tx, Operation operation) throws Exception {
        calls.add("finished");
        try (PreparedStatement insert =
                tx.connection().prepareStatement("INSERT INTO test_finished (operation_id, status) VALUES (?, ?)")) {
            insert.setString(1, operation.id());
            insert.setString(2, operation.status().name());
            insert.executeUpdate();
        }
        end.run(tx, operation);
    }
}
