package org.platformforge.kernel.extension.context;

import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.Metrics;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.extension.call.CallExecutor;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.release.Release;

/** {@link ExtensionContext} of one running release. Thread-safe. */
final class BoundContext implements ExtensionContext {
    private final Release release;
    private final Metrics metrics;
    private final Function<Scope, TenantContext> tenants;
    private final CallExecutor executor;

    BoundContext(Release release, Metrics metrics, Function<Scope, TenantContext> tenants) {
        this.release = release;
        this.metrics = metrics;
        this.tenants = tenants;
        this.executor = new CallExecutor(release.calls());
    }

    @Override
    public String extensionId() {
        return release.extensionId();
    }

    @Override
    public String version() {
        return release.described().version();
    }

    @Override
    public TenantContext tenant() {
        Scope scope = release.calls().current();
        if (scope == null) {
            throw new IllegalStateException("This thread is in no call by the platform, so it has no tenant");
        }
        return tenants.apply(scope);
    }

    @Override
    public ExecutorService executor() {
        return executor;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }
}
