package org.platformforge.kernel.jobs.engine;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What this node is executing now, at most one run for an operation. Thread-safe. */
final class Runs {
    private final Map<String, Run> running = new ConcurrentHashMap<>();
    private final Object changed = new Object();

    /** @return false when the operation is being executed here already, by a run that has not left yet */
    boolean add(Run run) {
        return running.putIfAbsent(run.operationId(), run) == null;
    }

    void remove(Run run) {
        running.remove(run.operationId(), run);
        announce();
    }

    /** Somebody may wait for a handler to be left. */
    void announce() {
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    boolean contains(String operationId) {
        return running.containsKey(operationId);
    }

    int size() {
        return running.size();
    }

    /** @return whether this is news to a run that is here */
    boolean stop(String operationId, Run.Stop reason) {
        Run run = running.get(operationId);
        return run != null && run.stop(reason);
    }

    void stopAll(Run.Stop reason) {
        running.values().forEach(run -> run.stop(reason));
    }

    void requestCancel(String operationId) {
        Run run = running.get(operationId);
        if (run != null) {
            run.requestCancel();
        }
    }

    void stopInside(HandlerRef handler) {
        running.values().stream().filter(run -> !run.isOnThisThread()).forEach(run -> run.stopIfInside(handler));
    }

    int inside(HandlerRef handler) {
        return (int)
                running.values().stream().filter(run -> run.isInside(handler)).count();
    }

    /** The same without a step that is itself the caller. */
    int othersInside(HandlerRef handler) {
        return (int) running.values().stream()
                .filter(run -> run.isInside(handler) && !run.isOnThisThread())
                .count();
    }

    /** @return whether the condition came true in time */
    boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (changed) {
            while (!condition.getAsBoolean()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(changed, Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            }
            return true;
        }
    }
}
