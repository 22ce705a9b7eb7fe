package org.platformforge.kernel.jobs.engine;

import java.util.function.Supplier;

/**
 * One execution of an operation on a thread of this node. Knows whether the thread is inside a handler, and interrupts
 * it there and nowhere else: an interrupted database call breaks its connection. Thread-safe.
 */
final class Run {
    /** Why a run has to leave. */
    enum Stop {
        /** Its handler is being replaced. */
        SWAP,
        /** The platform or this bundle stops. */
        SHUTDOWN,
        /** Another node took the operation over. */
        LEASE_LOST
    }

    private final String operationId;
    private volatile boolean cancelRequested;
    private HandlerRef inside;
    private HandlerRef last;
    private Thread worker;
    private boolean shielded;
    private Stop stop;

    Run(String operationId) {
        this.operationId = operationId;
    }

    String operationId() {
        return operationId;
    }

    /** @return false when the handler may not be entered any more, or the run has to leave */
    synchronized boolean enter(HandlerRef handler) {
        if (stop != null || handler.retired()) {
            return false;
        }
        inside = handler;
        last = handler;
        worker = Thread.currentThread();
        return true;
    }

    /** Leaves the handler; an interruption meant for it ends here. */
    synchronized void leave() {
        inside = null;
        worker = null;
        Thread.interrupted();
    }

    /** Whether another handler than this one has been here: its remains end with the thread, so the run should too. */
    synchronized boolean usedOtherThan(HandlerRef handler) {
        return last != null && last != handler;
    }

    synchronized boolean isInside(HandlerRef handler) {
        return inside == handler;
    }

    synchronized boolean isOnThisThread() {
        return worker == Thread.currentThread();
    }

    /**
     * Asks the run to leave as soon as possible. The first reason stands, but a lost lease overrides it.
     *
     * @return whether the reason is a new one
     */
    synchronized boolean stop(Stop reason) {
        boolean news = stop == null || reason == Stop.LEASE_LOST && stop != reason;
        if (news) {
            stop = reason;
        }
        if (inside != null && !shielded) {
            worker.interrupt();
        }
        return news;
    }

    synchronized void stopIfInside(HandlerRef handler) {
        if (inside == handler) {
            stop(Stop.SWAP);
        }
    }

    synchronized Stop stopped() {
        return stop;
    }

    /** Runs work on the database inside a handler with interruptions held back until it is done. */
    <T> T shielded(Supplier<T> work) {
        boolean interrupted = shield();
        try {
            return work.get();
        } finally {
            unshield(interrupted);
        }
    }

    private synchronized boolean shield() {
        shielded = true;
        return Thread.interrupted();
    }

    private synchronized void unshield(boolean interrupted) {
        shielded = false;
        if (interrupted || stop != null) {
            Thread.currentThread().interrupt();
        }
    }

    void requestCancel() {
        cancelRequested = true;
    }

    boolean cancelRequested() {
        return cancelRequested;
    }
}
