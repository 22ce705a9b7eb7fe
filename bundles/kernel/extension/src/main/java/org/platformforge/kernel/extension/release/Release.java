package org.platformforge.kernel.extension.release;

import java.net.URL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.extension.call.Calls;
import org.platformforge.kernel.extension.call.TenantMetrics;
import org.platformforge.kernel.extension.process.ExtensionProcess;
import org.platformforge.kernel.extension.process.Placeholder;
import org.platformforge.kernel.extension.process.RemotePoints;

/** A release whose bundles are in the framework. Thread-safe. */
public final class Release {
    private final ExtensionRelease described;
    private final Bundle main;
    private final List<Bundle> bundles;
    private final Calls calls;
    private final ExtensionProcess process;
    private final Set<String> hosts;
    private final TenantMetrics metrics;
    private final Instant startedAt = Instant.now();
    private final List<Held> held = new ArrayList<>();
    private volatile Points points = Points.NONE;

    /** What a process offers, in place of the services of bundles. */
    private RemotePoints offered;

    private record Held(ServiceReference<?> reference, Object service) {}

    /**
     * @param bundles in the order they are started, the main one last
     * @param process where its code runs; null for this one
     */
    Release(ExtensionRelease described, List<Bundle> bundles, Calls calls, ExtensionProcess process) {
        this.process = process;
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

    /** Where its code runs; null for this process. */
    public ExtensionProcess process() {
        return process;
    }

    void offer(RemotePoints points) {
        offered = points;
    }

    /** Whether it has routes, which its process has told of. */
    boolean hasRemoteRoutes() {
        return offered != null && offered.routes() != null;
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
        if (offered != null) {
            holdOffered();
            return;
        }
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

    /** Routes are the business of whoever serves requests, and everything else is called here. */
    private void holdOffered() {
        if (hasRemoteRoutes()) {
            Hashtable<String, Object> resource = new Hashtable<>(Map.of("osgi.jaxrs.resource", "true"));
            main.getBundleContext().registerService(ExternalRoutes.class, offered.routes(), resource);
        }
        List<URL> files = Placeholder.files(main);
        synchronized (held) {
            offered.services(files).forEach(service -> held.add(new Held(null, service)));
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
                if (one.reference() != null) {
                    context.ungetService(one.reference());
                }
            }
            held.clear();
        }
    }

    @Override
    public String toString() {
        return described.extensionId() + " " + described.version();
    }
}
