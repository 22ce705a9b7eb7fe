package org.platformforge.kernel.jobs.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.module.Generations.Stage;

/** The handlers that are there now. Of those of one kind whose bundles act, the newest counts. Thread-safe. */
public final class HandlerRegistry {
    private static final Comparator<HandlerRef> AGE =
            Comparator.comparingLong(HandlerRef::bundleId).thenComparingLong(HandlerRef::serviceId);

    private final Map<Long, HandlerRef> handlers = new ConcurrentHashMap<>();
    private final LongFunction<Stage> stages;

    /** @param stages what a bundle may do now */
    HandlerRegistry(LongFunction<Stage> stages) {
        this.stages = stages;
    }

    void add(HandlerRef handler) {
        handlers.put(handler.serviceId(), handler);
    }

    Optional<HandlerRef> remove(long serviceId) {
        return Optional.ofNullable(handlers.remove(serviceId));
    }

    /** The one that gets the next step. */
    Optional<HandlerRef> acting(String kind) {
        return handlers.values().stream()
                .filter(handler -> handler.kind().equals(kind) && acts(handler))
                .max(AGE);
    }

    private boolean acts(HandlerRef handler) {
        return !handler.retired() && stages.apply(handler.bundleId()) == Stage.ACTING;
    }

    /** One that knows the kind, even if it is being drained: enough to plan. */
    public Optional<HandlerRef> planner(String kind) {
        return acting(kind)
                .or(() -> handlers.values().stream()
                        .filter(handler ->
                                handler.kind().equals(kind) && stages.apply(handler.bundleId()) != Stage.CANDIDATE)
                        .max(AGE));
    }

    List<HandlerRef> ofBundle(long bundleId) {
        return handlers.values().stream()
                .filter(handler -> handler.bundleId() == bundleId)
                .toList();
    }

    /** What this node may begin a step of now. */
    Set<String> servedKinds() {
        return handlers.values().stream()
                .filter(this::acts)
                .map(HandlerRef::kind)
                .collect(Collectors.toUnmodifiableSet());
    }
}
