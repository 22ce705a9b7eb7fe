package org.platformforge.kernel.http.generation;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets generations that are no longer reachable finish their requests, then closes them. Thread-safe. */
final class Drains {
    private static final Logger LOG = LoggerFactory.getLogger(Drains.class);

    private final Map<Long, Generation> running = new ConcurrentSkipListMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> thread(task, "forge-drain"));

    Collection<Generation> running() {
        return List.copyOf(running.values());
    }

    /** From now on the generation counts as running, until its drain has ended. */
    void announce(Generation generation) {
        running.put(generation.number(), generation);
    }

    /** Waits until what was announced of the bundle is closed. */
    void await(long bundleId, Duration limit) {
        for (Generation generation : running()) {
            if (generation.bundleId() == bundleId) {
                await(generation, limit);
            }
        }
    }

    private static void await(Generation generation, Duration limit) {
        try {
            generation.closed().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("{} is not waited for any longer", generation.symbolicName(), e);
        }
    }

    /** On a thread of its own. */
    void later(Generation generation, Duration limit) {
        announce(generation);
        threads.execute(() -> drain(generation, limit));
    }

    /** On the caller's thread, which waits. */
    void drain(Generation generation, Duration limit) {
        announce(generation);
        generation.inFlight().close();
        if (!generation.inFlight().awaitEmpty(limit)) {
            LOG.warn(
                    "{} requests of {} {} were still running after {} s",
                    generation.inFlight().count(),
                    generation.symbolicName(),
                    generation.version(),
                    limit.toSeconds());
        }
        generation.close();
        running.remove(generation.number());
    }

    /** Those that are running go on to their end. */
    void stop() {
        threads.shutdown();
    }

    static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
