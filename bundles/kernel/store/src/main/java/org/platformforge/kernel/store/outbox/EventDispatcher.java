package org.platformforge.kernel.store.outbox;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.json.JsonText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands committed events to the listeners. Each listener is served by a thread of its own while there is something for
 * it, so that a slow or failing one holds up nobody. A listener seen for the first time gets all events still kept.
 */
public final class EventDispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);
    private static final long CLEAN_EVERY = Duration.ofHours(1).toNanos();
    private static final long GRACE_SECONDS = 3;
    private static final long STOP_SECONDS = 10;

    private final ListenerRegistry listeners;
    private final DeliverySettings settings;
    private final Delivery delivery;
    private final Semaphore signal = new Semaphore(0);
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final Set<String> again = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers;
    private final Thread scheduler;
    private volatile boolean closed;
    private long cleanAt = System.nanoTime();
    private volatile boolean complained;

    public EventDispatcher(Store store, JsonText json, DeliverySettings settings, ListenerRegistry listeners) {
        this.listeners = listeners;
        this.settings = settings;
        this.delivery = new Delivery(store, json, settings, Ids.next("node_"));
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newCachedThreadPool(task -> daemon(task, "forge-events-" + number.incrementAndGet()));
        this.scheduler = daemon(this::schedule, "forge-events");
        this.scheduler.start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** There may be something to deliver. Returns at once. */
    public void wake() {
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    private void schedule() {
        try {
            while (!closed) {
                listeners.newest().forEach(this::serve);
                clean();
                if (signal.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                    signal.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(String name, EventListener listener) {
        if (!busy.add(name)) {
            again.add(name);
            return;
        }
        again.remove(name);
        try {
            workers.execute(() -> work(name, listener));
        } catch (RejectedExecutionException e) {
            LOG.debug("The dispatcher has just been closed", e);
        }
    }

    private void work(String name, EventListener listener) {
        boolean well = false;
        try {
            delivery.run(name, listener, () -> !closed && listeners.isNewest(name, listener));
            well = true;
            complained = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            complain(name, e);
        } finally {
            busy.remove(name);
            if (again.remove(name) && well) {
                wake();
            }
        }
    }

    /** The database's absence is told once, not at every poll. */
    private void complain(String name, RuntimeException failure) {
        if (!complained && !closed) {
            complained = true;
            LOG.warn("Events for {} cannot be delivered at the moment", name, failure);
        }
    }

    private void clean() {
        if (System.nanoTime() - cleanAt < 0) {
            return;
        }
        cleanAt = System.nanoTime() + CLEAN_EVERY;
        try {
            int removed = delivery.removeOld();
            if (removed > 0) {
                LOG.info("{} events past their retention were removed", removed);
            }
        } catch (RuntimeException e) {
            LOG.debug("Old events could not be removed now", e);
        }
    }

    /**
     * Lets listeners end the event they work on; one that takes too long is interrupted, and gets its event again. The
     * scheduler is not interrupted at all: Derby closes the connection of an interrupted thread.
     */
    @Override
    public void close() {
        closed = true;
        signal.release();
        workers.shutdown();
        try {
            scheduler.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            if (!workers.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                workers.shutdownNow();
                if (!workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("An event listener does not react to interruption");
                }
            }
            delivery.releaseAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("Other nodes take over when the leases end", e);
        }
    }
}
