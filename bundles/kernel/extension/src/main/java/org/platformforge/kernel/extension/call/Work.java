package org.platformforge.kernel.extension.call;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.platformforge.kernel.checkpoint.GuardedThread;
import org.slf4j.MDC;

/** One piece of work on a thread of an extension. Made by one thread, done by another. */
final class Work<T> implements Runnable {
    /** Why it was ended from outside. */
    enum End {
        LATE,
        GREEDY,
        STOPPED
    }

    /** Of all threads of extensions; no code of an extension gets hold of it. */
    private static final Object KEY = new Object();

    private final Calls calls;
    private final Scope scope;
    private final Callable<T> task;
    private final Runnable afterwards;
    private final Map<String, String> logged = MDC.getCopyOfContextMap();
    private final CountDownLatch done = new CountDownLatch(1);
    private final long startedAt = System.nanoTime();
    private volatile GuardedThread thread;
    private volatile End end;
    private T value;
    private Throwable failure;
    private volatile long allocatedBefore = -1;

    /** @param scope null for what is done for no tenant */
    Work(Calls calls, Scope scope, Callable<T> task, Runnable afterwards) {
        this.calls = calls;
        this.scope = scope;
        this.task = task;
        this.afterwards = afterwards;
    }

    /** A thread that does such work. */
    static GuardedThread thread(ThreadGroup group, Runnable target, String name, ClassLoader loader) {
        return new GuardedThread(KEY, group, target, name, loader);
    }

    /** @return null when the current thread is at none */
    static Work<?> current() {
        return GuardedThread.current(KEY) instanceof Work<?> work ? work : null;
    }

    Calls calls() {
        return calls;
    }

    Scope scope() {
        return scope;
    }

    GuardedThread thread() {
        return thread;
    }

    long ageMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    }

    /** What it has allocated since it was first looked at. @param allocated by its thread so far */
    long allocated(long allocated) {
        if (allocatedBefore < 0) {
            allocatedBefore = allocated;
        }
        return allocated - allocatedBefore;
    }

    @Override
    public void run() {
        GuardedThread own = (GuardedThread) Thread.currentThread();
        own.begin(KEY, this);
        thread = own;
        try {
            if (logged != null) {
                MDC.setContextMap(logged);
            }
            if (end != null) {
                throw new InterruptedException("Ended before it began");
            }
            value = task.call();
        } catch (Throwable e) {
            // handed to the one who waits, whatever it is
            failure = e;
        } finally {
            MDC.clear();
            thread = null;
            own.finish(KEY);
            afterwards.run();
            done.countDown();
        }
    }

    /** Ends it at its next checkpoint; nothing happens when it has been left. */
    void end(End reason) {
        if (end == null) {
            end = reason;
        }
        GuardedThread running = thread;
        if (running != null) {
            running.end(KEY, this);
        }
    }

    boolean await(long millis) throws InterruptedException {
        return done.await(millis, TimeUnit.MILLISECONDS);
    }

    End ended() {
        return end;
    }

    T value() {
        return value;
    }

    /** @return null when it did not fail */
    Throwable failure() {
        return failure;
    }
}
