package org.platformforge.kernel.extension.point;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.platformforge.extension.api.event.PlatformEvent;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.extension.release.Points;
import org.platformforge.kernel.extension.route.Assignments;
import org.platformforge.kernel.extension.route.Served;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener of an extension towards the outbox, whatever versions of it run: each event goes to the version its tenant
 * is served by. Thread-safe.
 */
final class ReleaseListener implements EventListener {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseListener.class);

    /** Afterwards the event is passed over: a broken listener must not keep all later events from itself for ever. */
    private static final int ATTEMPTS = 8;

    private final String extensionId;
    private final String name;
    private final Assignments assignments;
    private final Subscriptions subscriptions;
    private final Supplier<Set<String>> types;
    private final Map<String, Instant> since = new ConcurrentHashMap<>();
    private final Map<String, Failed> failed = new ConcurrentHashMap<>();

    private record Failed(String eventId, int times) {}

    /** @param types wanted by the versions that run */
    ReleaseListener(
            String extensionId,
            String name,
            Assignments assignments,
            Subscriptions subscriptions,
            Supplier<Set<String>> types) {
        this.extensionId = extensionId;
        this.name = name;
        this.assignments = assignments;
        this.subscriptions = subscriptions;
        this.types = types;
    }

    @Override
    public String name() {
        return "ext." + extensionId + "." + name;
    }

    @Override
    public Set<String> types() {
        Set<String> wanted = types.get();
        return wanted.stream().anyMatch(type -> type.endsWith(".*")) ? Set.of("*") : wanted;
    }

    @Override
    public void onEvent(Event event) throws Exception {
        Optional<Served> served = assignments.find(event.tenantId(), extensionId);
        if (served.isEmpty()) {
            since.remove(event.tenantId());
            if (subscribed(event)) {
                throw new IllegalStateException(
                        extensionId + " is not yet there for " + event.tenantId() + ": its event waits");
            }
            return;
        }
        Points.Listener listener = served.get().main().points().listeners().get(name);
        if (listener != null && listener.wants(event.type()) && subscribed(event)) {
            deliver(event, served.get(), listener);
        }
    }

    /** Whether the tenant had the extension when the event happened. */
    private boolean subscribed(Event event) {
        Instant from = since.computeIfAbsent(
                event.tenantId(),
                tenant -> subscriptions.since(tenant, extensionId).orElse(null));
        return from != null && !event.createdAt().isBefore(from);
    }

    void forget(String tenantId) {
        since.remove(tenantId);
        failed.remove(tenantId);
    }

    private void deliver(Event event, Served served, Points.Listener listener) throws Exception {
        PlatformEvent told = new PlatformEvent(event.id(), event.type(), event.createdAt(), event.data());
        try {
            Callbacks.call(served, "listener " + name + ", " + event.type(), () -> {
                listener.service().onEvent(told);
                return null;
            });
            failed.remove(event.tenantId());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            Failed now = failed.merge(
                    event.tenantId(),
                    new Failed(event.id(), 1),
                    (before, first) ->
                            before.eventId().equals(event.id()) ? new Failed(event.id(), before.times() + 1) : first);
            if (now.times() < ATTEMPTS) {
                throw e;
            }
            failed.remove(event.tenantId());
            LOG.warn(
                    "The listener {} failed {} times on event {}, which is passed over",
                    name(),
                    ATTEMPTS,
                    event.id(),
                    e);
        }
    }
}
