package org.platformforge.kernel.extension.call;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.platformforge.extension.api.Metrics;

/** Figures of one running release, each tenant's apart: nobody sees another's. Thread-safe. */
public final class TenantMetrics implements Metrics {
    private static final String NOBODY = "";

    private final Supplier<Scope> current;
    private final Map<String, RecordedMetrics> tenants = new ConcurrentHashMap<>();

    /** @param current for whom the extension is called on this thread; null for nobody */
    public TenantMetrics(Supplier<Scope> current) {
        this.current = current;
    }

    @Override
    public void count(String name, long amount) {
        own().count(name, amount);
    }

    @Override
    public void gauge(String name, double value) {
        own().gauge(name, value);
    }

    @Override
    public void time(String name, Duration duration) {
        own().time(name, duration);
    }

    private RecordedMetrics own() {
        Scope scope = current.get();
        return tenants.computeIfAbsent(scope == null ? NOBODY : scope.tenantId(), id -> new RecordedMetrics());
    }

    public Map<String, Number> read(String tenantId) {
        RecordedMetrics figures = tenants.get(tenantId);
        return figures == null ? Map.of() : figures.read();
    }

    public void forget(String tenantId) {
        tenants.remove(tenantId);
    }
}
