package org.platformforge.kernel.checkpoint;

/**
 * A thread of an extension. It does one piece of work after another, and each of them can be ended from outside without
 * touching the next one. Inherits nothing of the thread that makes it. Every class of every bundle can reach this one: what
 * is done to a thread needs the key it was made with.
 */
public final class GuardedThread extends Thread {
    private final Object key;
    private volatile boolean over;
    private Object work;

    /** @param key compared by identity; who made the thread keeps it to himself */
    public GuardedThread(Object key, ThreadGroup group, Runnable target, String name, ClassLoader loader) {
        super(group, target, name, 0, false);
        if (key == null) {
            throw new IllegalArgumentException("A guarded thread needs a key");
        }
        this.key = key;
        setDaemon(true);
        setContextClassLoader(loader);
    }

    boolean isOver() {
        return over;
    }

    /**
     * By this thread itself.
     *
     * @throws IllegalArgumentException when the key is another
     */
    public synchronized void begin(Object presented, Object next) {
        check(presented);
        work = next;
        over = false;
    }

    /**
     * By this thread itself, when the work has been left.
     *
     * @throws IllegalArgumentException when the key is another
     */
    public synchronized void finish(Object presented) {
        check(presented);
        work = null;
        over = false;
        Thread.interrupted();
    }

    /**
     * Ends the work by interruption and at its next checkpoint.
     *
     * @return false when the thread is not at this work
     * @throws IllegalArgumentException when the key is another
     */
    public synchronized boolean end(Object presented, Object expected) {
        check(presented);
        if (work != expected) {
            return false;
        }
        over = true;
        interrupt();
        return true;
    }

    private void check(Object presented) {
        if (presented != key) {
            throw new IllegalArgumentException("This is not the key of the thread " + getName());
        }
    }

    /**
     * What the current thread is at.
     *
     * @return null when it is at nothing, no thread of an extension, or one of another key
     */
    public static Object current(Object presented) {
        return Thread.currentThread() instanceof GuardedThread guarded && guarded.key == presented
                ? guarded.work()
                : null;
    }

    private synchronized Object work() {
        return work;
    }
}
