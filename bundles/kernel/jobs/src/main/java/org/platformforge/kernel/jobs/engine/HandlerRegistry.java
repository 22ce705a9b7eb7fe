package org.platformforge.kernel.jobs.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The handlers that are there now. Of several with the same kind the newest bundle's counts. Thread-safe. */
public final class HandlerRegistry {
    private static final Comparator<HandlerRef> AGE =
            Comparator.comparingLong(HandlerRef::bundleId).thenComparingLong(HandlerRef::serviceId);

    private final Map<Long, HandlerRef> handlers = new ConcurrentHashMap<>();

    void add(HandlerRef handler) {
        handlers.put(handler.serviceId(), handler);
    }

    Optional<HandlerRef> remove(long serviceId) {
        return Optional.ofNullable(handlers.remove(serviceId));
    }

    /** The one that gets the next step. */
    Optional<HandlerRef> newest(String kind) {
        return handlers.values().stream()
                .filter(handler -> handler.kind().equals(kind) && !handler.retired())
                .max(AGE);
    }

    /** One that knows the kind, even if it is being drained: enough to plan. */
    public Optional<HandlerRef> planner(String kind) {
        Optional<HandlerRef> serving = newest(kind);
        return serving.isPresent()
                ? serving
                : handlers.values().stream()
                        .filter(handler -> handler.kind().equals(kind))
                        .max(AGE);
    }

    List<HandlerRef> ofBundle(long bundleId) {
        return handlers.values().stream()
                .filter(handler -> handler.bundleId() == bundleId)
                .toList();
    }

    /** What this node may begin a step of now. */
    Set<String> servedKinds() {
        return handlers.values().stream()
                .filter(handler -> !handler.retired())
                .map(HandlerRef::kind)
                .collect(Collectors.toUnmodifiableSet());
    }
}
