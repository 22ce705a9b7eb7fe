package org.platformforge.kernel.http.generation;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

    /** On a thread of its own. */
    void later(Generation generation, Duration limit) {
        running.put(generation.number(), generation);
        threads.execute(() -> drain(generation, limit));
    }

    /** On the caller's thread, which waits. */
    void drain(Generation generation, Duration limit) {
        running.put(generation.number(), generation);
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
