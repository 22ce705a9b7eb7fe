package org.platformforge.itests.blackbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Clients that send the same request again and again until they are closed; they note every answer not expected. */
public final class Clients implements AutoCloseable {
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger successes = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    /** @param pauseMillis between requests, to leave the processor to the platform on the same machine */
    public Clients(int count, int pauseMillis, int expectedStatus, Supplier<Answer> request) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> run(pauseMillis, expectedStatus, request), "client-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void run(int pauseMillis, int expectedStatus, Supplier<Answer> request) {
        while (!over.get()) {
            try {
                Answer answer = request.get();
                if (answer.status() == expectedStatus) {
                    successes.incrementAndGet();
                } else {
                    failures.add(answer.toString());
                }
            } catch (RuntimeException e) {
                failures.add(e + ", " + e.getCause());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
        }
    }

    public int successes() {
        return successes.get();
    }

    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Returns when the last answer has come. */
    @Override
    public void close() {
        over.set(true);
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(60));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
