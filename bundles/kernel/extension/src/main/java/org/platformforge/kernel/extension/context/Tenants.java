package org.platformforge.kernel.extension.context;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.config.ExtensionSettings;
import org.platformforge.kernel.extension.data.Space;
import org.platformforge.kernel.extension.http.HttpGateway;
import org.platformforge.kernel.extension.release.Release;
import org.platformforge.kernel.extension.wire.JsonValues;

/** Makes what a call sees of its tenant. Thread-safe. */
public final class Tenants {
    private final Store store;
    private final ExtensionSettings settings;
    private final PlatformThreads threads;
    private final HttpGateway http;
    private final JsonValues json;
    private final Publisher publisher;
    private final Map<String, Semaphore> requests = new ConcurrentHashMap<>();

    public Tenants(
            Store store,
            Outbox outbox,
            ExtensionSettings settings,
            PlatformThreads threads,
            HttpGateway http,
            JsonValues json) {
        this.store = store;
        this.settings = settings;
        this.threads = threads;
        this.http = http;
        this.json = json;
        this.publisher = new Publisher(store, outbox, threads, json);
    }

    public TenantContext of(Release release, Scope scope) {
        Runnable check = () -> TenantView.check(release, scope);
        Space space =
                new Space(store, threads, settings::current, json, scope.tenantId(), release.extensionId(), check);
        Semaphore permits = requests.computeIfAbsent(
                release.extensionId(), id -> new Semaphore(settings.current().httpConcurrency()));
        return new TenantView(
                release, scope, space, http.of(release.extensionId(), release.hosts(), check, permits), publisher);
    }
}
