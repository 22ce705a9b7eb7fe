package org.platformforge.kernel.extension.call;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.checkpoint.GuardedThread;

/**
 * Does the platform's part of a call on threads of the platform: an interruption meant for the extension cannot hit the
 * database (Derby closes the connection of an interrupted thread), and no thread a library makes on the way belongs to the
 * extension or holds its class loader. Thread-safe.
 */
public final class PlatformThreads implements AutoCloseable {
    private static final int THREADS = 32;
    private static final int QUEUE = 1000;

    private final ThreadPoolExecutor threads;

    public PlatformThreads() {
        AtomicInteger number = new AtomicInteger();
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        ClassLoader loader = PlatformThreads.class.getClassLoader();
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
                    Thread thread = new Thread(group, task, "forge-extension-" + number.incrementAndGet(), 0, false);
                    thread.setDaemon(true);
                    thread.setContextClassLoader(loader);
                    return thread;
                });
        // all at once and from here: a thread keeps what was on the stack of the one that made it
        threads.prestartAllCoreThreads();
    }

    /** Runs the work and waits; on a thread that is none of an extension, at once. */
    public <T> T call(Callable<T> work) {
        try {
            return Thread.currentThread() instanceof GuardedThread ? handOver(work) : work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The platform cannot do this at the moment")
                    .withCause(e);
        }
    }

    private <T> T handOver(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Too much is asked of the platform at once")
                    .withRetryAfter(Duration.ofSeconds(1))
                    .withCause(e);
        }
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } catch (InterruptedException e) {
            // not begun: not done. Begun: it goes on to its end, as a commit that nobody waits for
            threads.remove(task);
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The call was ended")
                    .withCause(e);
        }
    }

    /** What has been begun is finished. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
