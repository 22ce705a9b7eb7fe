package org.platformforge.kernel.extension.release;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.extension.call.Calls;
import org.platformforge.kernel.extension.call.TenantMetrics;

/** A release whose bundles are in the framework. Thread-safe. */
public final class Release {
    private final ExtensionRelease described;
    private final Bundle main;
    private final List<Bundle> bundles;
    private final Calls calls;
    private final Set<String> hosts;
    private final TenantMetrics metrics;
    private final Instant startedAt = Instant.now();
    private final List<Held> held = new ArrayList<>();
    private volatile Points points = Points.NONE;

    private record Held(ServiceReference<?> reference, Object service) {}

    /** @param bundles in the order they are started, the main one last */
    Release(ExtensionRelease described, List<Bundle> bundles, Calls calls) {
        this.described = described;
        this.main = bundles.get(bundles.size() - 1);
        this.bundles = List.copyOf(bundles);
        this.calls = calls;
        this.metrics = new TenantMetrics(calls::current);
        this.hosts = described.hosts().stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    public ExtensionRelease described() {
        return described;
    }

    public String extensionId() {
        return described.extensionId();
    }

    public String sha256() {
        return described.sha256();
    }

    /** Lower case. */
    public Set<String> hosts() {
        return hosts;
    }

    public long mainBundle() {
        return main.getBundleId();
    }

    public List<Bundle> bundles() {
        return bundles;
    }

    public Calls calls() {
        return calls;
    }

    public TenantMetrics metrics() {
        return metrics;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** Services of an extension point. */
    <T> List<T> services(Class<T> point) {
        synchronized (held) {
            return held.stream()
                    .map(Held::service)
                    .filter(point::isInstance)
                    .map(point::cast)
                    .toList();
        }
    }

    /**
     * Gets every service the bundles have registered, which makes delayed components show whether they can start, and
     * keeps it, so that they are started once.
     */
    void hold(BundleContext context) {
        for (Bundle bundle : bundles) {
            ServiceReference<?>[] references = bundle.getRegisteredServices();
            for (ServiceReference<?> reference : references == null ? new ServiceReference<?>[0] : references) {
                Object service = context.getService(reference);
                if (service != null) {
                    synchronized (held) {
                        held.add(new Held(reference, service));
                    }
                }
            }
        }
    }

    /** Asks the services what they are, on a thread of the extension. */
    void ask() throws RefusedException {
        points = Points.of(this);
    }

    /** What the platform may call, once the release has been started. */
    public Points points() {
        return points;
    }

    void letGo(BundleContext context) {
        synchronized (held) {
            for (Held one : held) {
                context.ungetService(one.reference());
            }
            held.clear();
        }
    }

    @Override
    public String toString() {
        return described.extensionId() + " " + described.version();
    }
}
