package org.platformforge.infrastructure.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks all probes at once and waits for no one longer than the time-out. One that still hangs from an earlier round is not
 * asked again meanwhile, so that it holds one thread and no more. Used by one thread at a time.
 */
final class ProbeRounds implements AutoCloseable {
    private final AtomicInteger number = new AtomicInteger();
    private final ExecutorService threads =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);
    private final Map<String, Future<ComponentHealth>> hanging = new LinkedHashMap<>();

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "infrastructure-probe-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    Map<String, ComponentHealth> round(Map<String, Probe> probes, long timeoutMillis) throws InterruptedException {
        hanging.values().removeIf(Future::isDone);
        Map<String, Future<ComponentHealth>> asked = new LinkedHashMap<>();
        probes.forEach((name, probe) ->
                asked.put(name, hanging.containsKey(name) ? hanging.get(name) : threads.submit(probe::ask)));
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        Map<String, ComponentHealth> found = new LinkedHashMap<>();
        for (Map.Entry<String, Future<ComponentHealth>> one : asked.entrySet()) {
            found.put(one.getKey(), answer(one.getKey(), one.getValue(), end, timeoutMillis));
        }
        return found;
    }

    private ComponentHealth answer(String name, Future<ComponentHealth> asked, long end, long timeoutMillis)
            throws InterruptedException {
        try {
            return asked.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            hanging.put(name, asked);
            return ComponentHealth.unhealthy("No answer within " + timeoutMillis + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String reason = cause.getMessage();
            return ComponentHealth.unhealthy(
                    "Cannot be reached: " + (reason == null ? cause.getClass().getSimpleName() : reason));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
