package org.platformforge.kernel.store.outbox;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.json.JsonText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands committed events to the listeners. Each listener is served by a thread of its own while there is something for
 * it, so that a slow or failing one holds up nobody. A listener seen for the first time gets all events still kept. One
 * that goes ends the event it works on; what it fails on because it is stopped is its successor's.
 */
public final class EventDispatcher implements RunningWork, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);
    private static final long CLEAN_EVERY = Duration.ofHours(1).toNanos();
    private static final long COUNT_EVERY = Duration.ofSeconds(30).toNanos();
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final ListenerRegistry listeners;
    private final DeliverySettings settings;
    private final Delivery delivery;
    private final Semaphore signal = new Semaphore(0);
    private final Map<String, ListenerRun> runs = new ConcurrentHashMap<>();
    private final Set<String> again = ConcurrentHashMap.newKeySet();
    private final AtomicInteger started = new AtomicInteger();
    private final ListenerRun.Work work = new Work();
    private final Thread scheduler;
    private volatile boolean closed;
    private volatile Map<String, Long> deadLetters = Map.of();
    private long cleanAt = System.nanoTime();
    private volatile long countAt = System.nanoTime();
    private final Set<String> complained = ConcurrentHashMap.newKeySet();

    public EventDispatcher(Store store, JsonText json, DeliverySettings settings, ListenerRegistry listeners) {
        this.listeners = listeners;
        this.settings = settings;
        this.delivery = new Delivery(store, json, settings, Ids.next("node_"));
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
                runs.values().forEach(this::watch);
                count();
                listeners.acting().forEach(this::serve);
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
        ListenerRun run = new ListenerRun(name, listener, work, "forge-events-" + started.incrementAndGet());
        if (runs.putIfAbsent(name, run) != null) {
            again.add(name);
            return;
        }
        again.remove(name);
        run.start();
    }

    /** Interrupts a listener that takes too long; one that bears even that must not keep its successor from working. */
    private void watch(ListenerRun run) {
        if (run.isInside(settings.longestEvent())) {
            run.interrupt();
            if (run.isInside(settings.longestEvent().multipliedBy(2)) && !run.wanted()) {
                abandon(run);
            }
        }
    }

    private void abandon(ListenerRun run) {
        run.abandon();
        if (runs.remove(run.name(), run)) {
            LOG.warn("The event listener {} does not react to interruption and is left to itself", run.name());
        }
    }

    /** A run of a listener, in its thread. */
    private final class Work implements ListenerRun.Work {
        @Override
        public boolean isWanted(ListenerRun run) {
            return !closed && listeners.isActing(run.name(), run.listener());
        }

        @Override
        public void run(ListenerRun run) {
            boolean well = false;
            try {
                delivery.run(run.name(), run.listener(), run);
                if (deadLetters.containsKey(run.name()) && delivery.redeliver(run.name(), run.listener(), run)) {
                    lookAtDeadLetters();
                }
                well = true;
                complained.remove(run.name());
            } catch (RuntimeException e) {
                complain(run.name(), e);
            } finally {
                if (runs.remove(run.name(), run) && again.remove(run.name()) && well) {
                    wake();
                }
            }
        }
    }

    /**
     * Waits until a listener that has been taken from the registry works no more: its bundle may be stopping, and its
     * event would fail for that. Bounded; afterwards it is interrupted, and at last left to itself.
     */
    public void retire(EventListener listener) {
        try {
            for (ListenerRun run : runs.values()) {
                if (run.listener() == listener && !run.await(GRACE)) {
                    run.interrupt();
                    if (!run.await(GRACE)) {
                        abandon(run);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wake();
    }

    @Override
    public int count(long bundleId) {
        return (int) runsOf(bundleId).stream()
                .filter(run -> run.isInside(Duration.ZERO))
                .count();
    }

    @Override
    public boolean drain(long bundleId, Duration patience) throws InterruptedException {
        listeners.retire(bundleId);
        if (awaitAll(runsOf(bundleId), patience)) {
            return true;
        }
        runsOf(bundleId).forEach(ListenerRun::interrupt);
        return awaitAll(runsOf(bundleId), patience);
    }

    private List<ListenerRun> runsOf(long bundleId) {
        List<EventListener> own = listeners.ofBundle(bundleId);
        return runs.values().stream()
                .filter(run -> own.stream().anyMatch(listener -> listener == run.listener()))
                .toList();
    }

    /** The database's absence is told once, not at every poll. */
    private void complain(String name, RuntimeException failure) {
        if (!closed && complained.add(name)) {
            LOG.warn("Events for {} cannot be delivered at the moment", name, failure);
        }
    }

    /** How many events were given up of each listener, on all nodes; up to half a minute old. */
    public Map<String, Long> deadLetters() {
        return deadLetters;
    }

    /** Some are to be delivered again, or are gone. Returns at once. */
    public void lookAtDeadLetters() {
        countAt = System.nanoTime();
        wake();
    }

    private void count() {
        if (System.nanoTime() - countAt < 0) {
            return;
        }
        countAt = System.nanoTime() + COUNT_EVERY;
        try {
            deadLetters = delivery.deadLetters();
        } catch (RuntimeException e) {
            LOG.debug("Dead letters could not be counted now", e);
        }
    }

    private void clean() {
        if (System.nanoTime() - cleanAt < 0) {
            return;
        }
        cleanAt = System.nanoTime() + CLEAN_EVERY;
        try {
            int removed = delivery.removeOld();
            delivery.removeGone();
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
        try {
            scheduler.join(STOP.toMillis());
            if (!awaitAll(runs.values(), GRACE)) {
                runs.values().forEach(ListenerRun::interrupt);
                if (!awaitAll(runs.values(), STOP)) {
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

    private static boolean awaitAll(Collection<ListenerRun> runs, Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        boolean ended = true;
        for (ListenerRun run : runs) {
            ended &= run.await(Duration.ofNanos(until - System.nanoTime()));
        }
        return ended;
    }
}
