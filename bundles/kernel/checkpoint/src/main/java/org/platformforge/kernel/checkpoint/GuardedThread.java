package org.platformforge.kernel.checkpoint;

/**
 * A thread of an extension. It does one piece of work after another, and each of them can be ended from outside without
 * touching the next one. Inherits nothing of the thread that makes it.
 */
public final class GuardedThread extends Thread {
    private volatile boolean over;
    private Object work;

    public GuardedThread(ThreadGroup group, Runnable target, String name, ClassLoader loader) {
        super(group, target, name, 0, false);
        setDaemon(true);
        setContextClassLoader(loader);
    }

    boolean isOver() {
        return over;
    }

    /** By this thread itself. */
    public synchronized void begin(Object next) {
        work = next;
        over = false;
    }

    /** By this thread itself, when the work has been left. */
    public synchronized void finish() {
        work = null;
        over = false;
        Thread.interrupted();
    }

    /**
     * Ends the work by interruption and at its next checkpoint.
     *
     * @return false when the thread is not at this work
     */
    public synchronized boolean end(Object expected) {
        if (work != expected) {
            return false;
        }
        over = true;
        interrupt();
        return true;
    }

    /** What the current thread is at; null when it is no thread of an extension or at nothing. */
    public static Object current() {
        return Thread.currentThread() instanceof GuardedThread guarded ? guarded.work() : null;
    }

    private synchronized Object work() {
        return work;
    }
}
