package org.platformforge.observability.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void findsThreadsThatWaitForEachOther() throws InterruptedException {
        ReentrantLock one = new ReentrantLock();
        ReentrantLock other = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(2);
        Thread first = thread("deadlocked-1", one, other, held);
        Thread second = thread("deadlocked-2", other, one, held);
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ManagementFactory.getThreadMXBean().findDeadlockedThreads() != null);

            assertThat(Threads.look(Duration.ofMillis(1), 5).deadlocked())
                    .extracting(Threads.Stack::thread)
                    .contains("deadlocked-1", "deadlocked-2");
        } finally {
            first.interrupt();
            second.interrupt();
            first.join();
            second.join();
        }
    }

    private static Thread thread(String name, ReentrantLock first, ReentrantLock second, CountDownLatch held) {
        Thread thread = new Thread(
                () -> {
                    first.lock();
                    try {
                        held.countDown();
                        held.await();
                        second.lockInterruptibly();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        first.unlock();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
