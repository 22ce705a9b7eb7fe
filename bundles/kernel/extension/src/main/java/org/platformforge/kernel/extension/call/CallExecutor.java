package org.platformforge.kernel.extension.call;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** An extension's executor: its tasks run in the tenant of the call that submits them. Thread-safe. */
public final class CallExecutor extends AbstractExecutorService {
    private final Calls calls;

    public CallExecutor(Calls calls) {
        this.calls = calls;
    }

    @Override
    public void execute(Runnable task) {
        Scope scope = calls.current();
        if (scope == null) {
            throw new RejectedExecutionException("This thread is in no call by the platform, so a task has no tenant");
        }
        calls.begin(scope, task);
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("The platform ends the executor with the extension");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("The platform ends the executor with the extension");
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
