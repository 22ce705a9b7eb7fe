package org.platformforge.kernel.extension.host;

import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The extension's executor. The platform decides whether a task may run and calls it then, in the tenant of the call that
 * submitted it. Thread-safe.
 */
final class Tasks extends AbstractExecutorService {
    private final Link link;
    private final Map<Long, Runnable> waiting = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    Tasks(Link link) {
        this.link = link;
    }

    @Override
    public void execute(Runnable task) {
        if (CallScope.currentOrNull() == null) {
            throw new RejectedExecutionException("This thread is in no call by the platform, so a task has no tenant");
        }
        long number = numbers.incrementAndGet();
        waiting.put(number, task);
        try {
            link.askQuietly(Link.operation("task").put("task", number));
        } catch (RuntimeException e) {
            waiting.remove(number);
            throw e;
        }
    }

    /** @return null for one that is none */
    Runnable take(long number) {
        return waiting.remove(number);
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
