package org.platformforge.kernel.extension.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.checkpoint.CallEndedError;
import org.platformforge.kernel.checkpoint.GuardedThread;

/**
 * The way into one running release: its threads and its limits. Threads are made when they are needed and end when they are
 * not; what an extension leaves in a thread's locals goes with them. Thread-safe.
 */
public final class Calls {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long IDLE_SECONDS = 10;

    /** A call that was told to end is waited for this long, so that nothing is given back that it still uses. */
    private static final long LEAVE_MILLIS = 500;

    /** An id no thread has. */
    private static final long NOBODY = Long.MAX_VALUE;

    private final String name;
    private final ExtensionRelease.Limits limits;
    private final long allocation;
    private final Allocations allocations = new Allocations();
    private final Gate gate = new Gate();
    private final Semaphore permits;
    private final Semaphore tasks;
    private final Set<Work<?>> working = ConcurrentHashMap.newKeySet();
    private final ThreadGroup group;
    private final ThreadPoolExecutor threads;

    /**
     * @param name of the extension and its version, for threads and messages
     * @param limits already capped
     * @param allocation bytes one call may allocate; 0 for no limit
     * @param loader what the extension's threads load classes with
     */
    public Calls(String name, ExtensionRelease.Limits limits, long allocation, ThreadGroup parent, ClassLoader loader) {
        this.name = name;
        this.limits = limits;
        this.allocation = allocation;
        this.permits = new Semaphore(limits.concurrency());
        this.tasks = new Semaphore(limits.concurrency());
        this.group = new QuietGroup(parent, name);
        AtomicInteger number = new AtomicInteger();
        // as many for the calls as for what they hand to the executor, and one for the start
        this.threads = new ThreadPoolExecutor(
                0,
                2 * limits.concurrency() + 1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> Work.thread(group, task, name + " #" + number.incrementAndGet(), loader));
    }

    public ExtensionRelease.Limits limits() {
        return limits;
    }

    /**
     * Does the work within the limits and waits for it.
     *
     * @throws PlatformException {@code UNAVAILABLE}, {@code GATEWAY_TIMEOUT}
     * @throws Exception what the work threw
     */
    public <T> T call(Scope scope, Callable<T> task) throws Exception {
        return call(scope, task, 0);
    }

    /** As {@link #call(Scope, Callable)}, but waits for a place. */
    public <T> T call(Scope scope, Callable<T> task, long patienceMillis) throws Exception {
        Work<?> outer = Work.current();
        if (outer != null && outer.calls() == this) {
            return task.call();
        }
        if (!gate.enter()) {
            throw stopping();
        }
        boolean admitted = false;
        try {
            admitted = permits.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS);
        } finally {
            if (!admitted) {
                gate.exit();
            }
        }
        if (!admitted) {
            throw unavailable("The extension " + name + " has as many calls under way as it may");
        }
        return result(submit(scope, task, permits), limits.callMillis());
    }

    /** Does what belongs to no tenant, such as starting the bundles: not counted, with a time limit of its own. */
    public <T> T prepare(Callable<T> task, long millis) throws Exception {
        return result(submit(null, task, null), millis);
    }

    /**
     * Begins work within the limits of tasks, which the watch ends when it is late.
     *
     * @throws RejectedExecutionException when the limits are reached
     */
    void begin(Scope scope, Runnable task) {
        if (!gate.enter()) {
            throw new RejectedExecutionException("The extension " + name + " is being stopped");
        }
        if (!tasks.tryAcquire()) {
            gate.exit();
            throw new RejectedExecutionException("The extension " + name + " has as many tasks under way as it may");
        }
        try {
            submit(
                    scope,
                    () -> {
                        task.run();
                        return null;
                    },
                    tasks);
        } catch (PlatformException e) {
            throw new RejectedExecutionException(e.getMessage(), e);
        }
    }

    private <T> Work<T> submit(Scope scope, Callable<T> task, Semaphore counted) {
        Work<?>[] self = new Work<?>[1];
        Work<T> work = new Work<>(this, scope, task, () -> left(self[0], counted));
        self[0] = work;
        working.add(work);
        try {
            threads.execute(work);
            return work;
        } catch (RejectedExecutionException e) {
            left(work, counted);
            throw stopping();
        }
    }

    private void left(Work<?> work, Semaphore counted) {
        working.remove(work);
        if (counted != null) {
            counted.release();
            gate.exit();
        }
    }

    private <T> T result(Work<T> work, long millis) throws Exception {
        try {
            if (!work.await(millis)) {
                work.end(Work.End.LATE);
                work.await(LEAVE_MILLIS);
                throw late(millis);
            }
        } catch (InterruptedException e) {
            work.end(Work.End.STOPPED);
            throw e;
        }
        Throwable failure = work.failure();
        if (work.ended() == Work.End.GREEDY && failure != null) {
            throw unavailable("The call into " + name + " needed more memory than a call may")
                    .withCause(failure);
        }
        if (work.ended() == Work.End.LATE && failure != null) {
            throw late(millis).withCause(failure);
        }
        if (work.ended() == Work.End.STOPPED && failure != null || failure instanceof CallEndedError) {
            throw stopping();
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return work.value();
    }

    private PlatformException late(long millis) {
        return PlatformException.of(
                ErrorKind.GATEWAY_TIMEOUT, "The extension " + name + " did not answer within " + millis + " ms");
    }

    private PlatformException stopping() {
        return unavailable("The extension " + name + " is being stopped");
    }

    private static PlatformException unavailable(String message) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, message).withRetryAfter(RETRY);
    }

    /** Whether nothing is let in any more. */
    public boolean isStopping() {
        return gate.isClosed();
    }

    public int inFlight() {
        return gate.inside();
    }

    /** The scope of the call this thread is in. @return null when it is in no call of this release, or in one for nobody */
    public Scope current() {
        Work<?> work = Work.current();
        return work != null && work.calls() == this ? work.scope() : null;
    }

    /** Ends tasks that are late, and calls that allocate too much. */
    public void watch() {
        List<Work<?>> running = new ArrayList<>();
        for (Work<?> work : working) {
            if (work.thread() != null) {
                running.add(work);
            }
        }
        for (Work<?> work : running) {
            if (work.scope() != null && work.ageMillis() > limits.callMillis()) {
                work.end(Work.End.LATE);
            }
        }
        if (allocation > 0 && !running.isEmpty()) {
            endGreedy(running);
        }
    }

    private void endGreedy(List<Work<?>> running) {
        long[] threads = running.stream()
                .map(Work::thread)
                .mapToLong(thread -> thread == null ? NOBODY : thread.getId())
                .toArray();
        long[] allocated = allocations.of(threads);
        for (int i = 0; i < threads.length; i++) {
            if (allocated[i] > 0 && running.get(i).allocated(allocated[i]) > allocation) {
                running.get(i).end(Work.End.GREEDY);
            }
        }
    }

    /** Lets nothing new in. */
    public void close() {
        gate.close();
    }

    /** @return whether no call and no task is under way any more */
    public boolean awaitEmpty(Duration patience) throws InterruptedException {
        return gate.awaitEmpty(patience.toNanos());
    }

    /** Ends everything that is under way. */
    public void end() {
        gate.close();
        working.forEach(work -> work.end(Work.End.STOPPED));
    }

    /**
     * Ends the threads, also those that the extension found a way to make itself.
     *
     * @return names of those that do not end
     */
    public List<String> endThreads(Duration patience) throws InterruptedException {
        end();
        threads.shutdown();
        long deadline = System.nanoTime() + patience.toNanos();
        List<Thread> left = alive();
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            working.forEach(work -> work.end(Work.End.STOPPED));
            left.stream().filter(thread -> !(thread instanceof GuardedThread)).forEach(Thread::interrupt);
            left.get(0).join(20);
            left = alive();
        }
        if (left.isEmpty()) {
            destroyGroup();
        }
        return left.stream().map(Thread::getName).toList();
    }

    private List<Thread> alive() {
        Thread[] found = new Thread[group.activeCount() + 8];
        int count = group.enumerate(found);
        List<Thread> alive = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (found[i].isAlive()) {
                alive.add(found[i]);
            }
        }
        return alive;
    }

    /** Before JDK 19 a group stays with its parent until it is destroyed; since then this does nothing. */
    @SuppressWarnings({"removal", "deprecation"})
    private void destroyGroup() {
        if (group.activeCount() == 0) {
            group.destroy();
        }
    }
}
