package org.platformforge.kernel.store.outbox;

import java.time.Duration;
import org.platformforge.kernel.api.store.EventListener;

/**
 * One run of one listener, in a thread of its own: whatever the module's code leaves behind in thread-locals, context
 * class loader or stack dies with it. The thread is interrupted only while it is inside the listener, because Derby
 * closes the connection of an interrupted thread. Thread-safe.
 */
final class ListenerRun implements Delivery.Turn {
    /** What a run does and asks. */
    interface Work {
        void run(ListenerRun run);

        boolean isWanted(ListenerRun run);
    }

    private final String name;
    private final EventListener listener;
    private final Work work;
    private final Thread thread;
    private boolean inside;
    private boolean interrupted;
    private long enteredNanos;
    private volatile boolean abandoned;

    ListenerRun(String name, EventListener listener, Work work, String threadName) {
        this.name = name;
        this.listener = listener;
        this.work = work;
        // Without inheritable thread-locals: the starting thread's must not be kept alive here.
        this.thread = new Thread(null, () -> work.run(this), threadName, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(listener.getClass().getClassLoader());
    }

    String name() {
        return name;
    }

    EventListener listener() {
        return listener;
    }

    void start() {
        thread.start();
    }

    @Override
    public boolean wanted() {
        return !abandoned && work.isWanted(this);
    }

    @Override
    public boolean abandoned() {
        return abandoned;
    }

    /** The run is on its own from now on. */
    void abandon() {
        abandoned = true;
    }

    @Override
    public synchronized void begins() {
        inside = true;
        enteredNanos = System.nanoTime();
    }

    @Override
    public synchronized void ends() {
        inside = false;
        if (interrupted) {
            interrupted = false;
            Thread.interrupted(); // meant for the listener alone
        }
    }

    synchronized boolean isInside(Duration longerThan) {
        return inside && System.nanoTime() - enteredNanos > longerThan.toNanos();
    }

    synchronized void interrupt() {
        if (inside && !interrupted) {
            interrupted = true;
            thread.interrupt();
        }
    }

    /** @return whether it has ended; a listener that stops itself does not wait for itself */
    boolean await(Duration limit) throws InterruptedException {
        if (thread == Thread.currentThread()) {
            return true;
        }
        thread.join(Math.max(1, limit.toMillis()));
        return !thread.isAlive();
    }
}
