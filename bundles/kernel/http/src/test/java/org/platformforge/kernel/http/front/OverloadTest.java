package org.platformforge.kernel.http.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.http.config.HttpConfig;
import org.platformforge.kernel.http.config.HttpSettings;

class OverloadTest {
    private static final int THREADS = 4;

    private final QueuedThreadPool pool = new QueuedThreadPool(THREADS, 1);
    private final Server server = new Server(pool);
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        pool.setReservedThreads(0);
        pool.start();
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        pool.stop();
    }

    @Test
    void isThereWhileMoreWaitThanMay() {
        Overload overload = new Overload(settings(2));
        assertThat(overload.isOverloaded()).isFalse();
        overload.met(server);
        assertThat(overload.isOverloaded()).isFalse();

        for (int i = 0; i < THREADS + 3; i++) {
            pool.execute(this::work);
        }

        await().until(() -> pool.getQueueSize() == 3);
        assertThat(overload.isOverloaded()).isTrue();
        end.countDown();
        await().until(() -> !overload.isOverloaded());
    }

    private void work() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpSettings settings(int maxQueued) {
        return new HttpSettings((HttpConfig) Proxy.newProxyInstance(
                HttpConfig.class.getClassLoader(),
                new Class<?>[] {HttpConfig.class},
                (proxy, method, arguments) ->
                        method.getName().equals("max_queued") ? maxQueued : method.getDefaultValue()));
    }
}
