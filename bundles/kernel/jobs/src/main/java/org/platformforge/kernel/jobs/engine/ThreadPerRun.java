package org.platformforge.kernel.jobs.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A new thread for each execution. Module code runs in it, and whatever that leaves behind in thread-locals, context
 * class loader or stack dies with the thread, so no pool can keep a dead module's classes. db-scheduler hands over no
 * more executions than it was given threads, which bounds them; there is no queue.
 */
final class ThreadPerRun extends AbstractExecutorService {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicLong started = new AtomicLong();
    private final Runnable afterEach;
    private volatile boolean shutdown;

    /** @param afterEach called when an execution has ended and its place is free again */
    ThreadPerRun(Runnable afterEach) {
        this.afterEach = afterEach;
    }

    @Override
    public void execute(Runnable work) {
        if (shutdown) {
            throw new RejectedExecutionException("Shut down");
        }
        // Without inheritable thread-locals: the starting thread's must not be kept alive here.
        Thread thread = new Thread(null, () -> run(work), "forge-job-" + started.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ThreadPerRun.class.getClassLoader());
        threads.add(thread);
        thread.start();
    }

    private void run(Runnable work) {
        try {
            work.run();
        } finally {
            synchronized (threads) {
                threads.remove(Thread.currentThread());
                threads.notifyAll();
            }
            afterEach.run();
        }
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    /** Interrupts nothing: a run knows itself where it may be interrupted, and is told before this. */
    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && threads.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        synchronized (threads) {
            while (!threads.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(threads, left);
            }
            return true;
        }
    }
}
