package org.platformforge.kernel.extension.point;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.extension.release.Points;
import org.platformforge.kernel.extension.release.Releases;
import org.platformforge.kernel.extension.route.Assignments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers a listener of the outbox for each listener an extension has in any version that runs. Thread-safe. */
public final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    /** So long after its start a node waits to be told of every tenant before it takes events for an extension. */
    private static final long GATHER_NANOS = Duration.ofSeconds(60).toNanos();

    private record Key(String extensionId, String name) {}

    private record Registered(ReleaseListener listener, ServiceRegistration<EventListener> registration) {}

    private final BundleContext context;
    private final Releases releases;
    private final Assignments assignments;
    private final Subscriptions subscriptions;
    private final Map<Key, Registered> registered = new HashMap<>();
    private final long startedAt = System.nanoTime();
    private Set<Subscriptions.Subscription> awaited;
    private boolean closed;

    public Listeners(BundleContext context, Releases releases, Assignments assignments, Subscriptions subscriptions) {
        this.context = context;
        this.releases = releases;
        this.assignments = assignments;
        this.subscriptions = subscriptions;
    }

    /** Before the tenant is assigned; writes nothing for an extension that listens to nothing. */
    public void subscribe(String tenantId, String extensionId) {
        boolean listens = releases.all().stream()
                .filter(release -> release.extensionId().equals(extensionId))
                .anyMatch(release -> !release.points().listeners().isEmpty());
        if (listens) {
            subscriptions.subscribe(tenantId, extensionId);
        }
    }

    /** After the tenant was unassigned. */
    public synchronized void unsubscribe(String tenantId, String extensionId) {
        subscriptions.unsubscribe(tenantId, extensionId);
        registered.forEach((key, one) -> {
            if (key.extensionId().equals(extensionId)) {
                one.listener().forget(tenantId);
            }
        });
    }

    /** Brings the registrations in line with what runs; after each change, and from time to time. */
    public synchronized void refresh() {
        if (closed) {
            return;
        }
        Set<Key> wanted = releases.all().stream()
                .flatMap(release -> release.points().listeners().keySet().stream()
                        .map(name -> new Key(release.extensionId(), name)))
                .collect(Collectors.toSet());
        for (Key key : List.copyOf(registered.keySet())) {
            if (!wanted.contains(key)) {
                registered.remove(key).registration().unregister();
            }
        }
        wanted.removeAll(registered.keySet());
        for (Key key : wanted) {
            if (gathered(key.extensionId())) {
                register(key);
            }
        }
    }

    private boolean gathered(String extensionId) {
        if (awaited == null) {
            try {
                awaited = new HashSet<>(subscriptions.all());
            } catch (RuntimeException e) {
                LOG.debug("The database cannot be asked now who has which extension", e);
                return false;
            }
        }
        awaited.removeIf(
                one -> assignments.find(one.tenantId(), one.extensionId()).isPresent());
        return awaited.stream().noneMatch(one -> one.extensionId().equals(extensionId))
                || System.nanoTime() - startedAt > GATHER_NANOS;
    }

    private void register(Key key) {
        ReleaseListener listener =
                new ReleaseListener(key.extensionId(), key.name(), assignments, subscriptions, () -> types(key));
        registered.put(key, new Registered(listener, context.registerService(EventListener.class, listener, null)));
    }

    private Set<String> types(Key key) {
        return releases.all().stream()
                .filter(release -> release.extensionId().equals(key.extensionId()))
                .map(release -> release.points().listeners().get(key.name()))
                .filter(listener -> listener != null)
                .map(Points.Listener::types)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    public synchronized void close() {
        closed = true;
        registered.values().forEach(one -> one.registration().unregister());
        registered.clear();
    }
}
