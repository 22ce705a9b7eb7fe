package org.platformforge.kernel.jobs.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes those who wait for news of an operation: new log lines or its end. Only what happens on this node is
 * signalled, so a waiter still looks from time to time. Thread-safe.
 */
public final class Signals {
    private final Map<String, Set<Subscription>> subscriptions = new ConcurrentHashMap<>();

    public Subscription subscribe(String operationId) {
        Subscription subscription = new Subscription(operationId);
        subscriptions.compute(operationId, (id, present) -> {
            Set<Subscription> all = present == null ? ConcurrentHashMap.newKeySet() : present;
            all.add(subscription);
            return all;
        });
        return subscription;
    }

    public void signal(String operationId) {
        subscriptions.getOrDefault(operationId, Set.of()).forEach(Subscription::wake);
    }

    void signalAll() {
        subscriptions.values().forEach(all -> all.forEach(Subscription::wake));
    }

    /** News since the last wait are not missed. Used by one thread. */
    public final class Subscription implements AutoCloseable {
        private final String operationId;
        private final Semaphore news = new Semaphore(0);

        private Subscription(String operationId) {
            this.operationId = operationId;
        }

        /** As news would. */
        public void wake() {
            news.release();
        }

        /** Waits for news, at most as long as said. */
        public void await(Duration timeout) throws InterruptedException {
            if (news.tryAcquire(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        }

        @Override
        public void close() {
            subscriptions.computeIfPresent(operationId, (id, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
