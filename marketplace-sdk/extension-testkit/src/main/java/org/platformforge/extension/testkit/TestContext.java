package org.platformforge.extension.testkit;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.Metrics;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.extension.verifier.ExtensionManifest;

/** What the extension under test is given. Thread-safe. */
final class TestContext implements ExtensionContext, AutoCloseable {
    private final ExtensionManifest manifest;
    private final Clock clock;
    private final Metrics metrics;
    private final ThreadLocal<TenantContext> tenant = new ThreadLocal<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService executor = new Bound();

    TestContext(ExtensionManifest manifest, Clock clock, Metrics metrics) {
        this.manifest = manifest;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** A call by the platform. */
    <T> T call(TenantContext of, Callable<T> work) throws Exception {
        tenant.set(of);
        try {
            return work.call();
        } finally {
            tenant.remove();
        }
    }

    @Override
    public String extensionId() {
        return manifest.id();
    }

    @Override
    public String version() {
        return manifest.version();
    }

    @Override
    public TenantContext tenant() {
        TenantContext current = tenant.get();
        if (current == null) {
            throw new IllegalStateException("This thread is in no call of the platform");
        }
        return current;
    }

    @Override
    public ExecutorService executor() {
        return executor;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Carries the tenant of the call over to the task. */
    private final class Bound extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            TenantContext of = tenant();
            threads.execute(() -> {
                tenant.set(of);
                try {
                    task.run();
                } finally {
                    tenant.remove();
                }
            });
        }

        @Override
        public void shutdown() {
            throw new UnsupportedOperationException("It ends with the extension");
        }

        @Override
        public List<Runnable> shutdownNow() {
            throw new UnsupportedOperationException("It ends with the extension");
        }

        @Override
        public boolean isShutdown() {
            return threads.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return threads.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return threads.awaitTermination(timeout, unit);
        }
    }
}
