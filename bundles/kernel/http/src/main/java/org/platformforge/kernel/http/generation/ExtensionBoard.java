package org.platformforge.kernel.http.generation;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * The generations of extensions, any number of one extension side by side: which of them answers whom is not decided here.
 * Readers never lock. Thread-safe.
 */
public final class ExtensionBoard {
    private final Map<Long, Generation> serving = new ConcurrentHashMap<>();
    private final LongPredicate routeless;

    /** @param routeless whether a bundle is started and has no routes at all */
    ExtensionBoard(LongPredicate routeless) {
        this.routeless = routeless;
    }

    /**
     * Makes the generation reachable, in the place of what the same bundle served.
     *
     * @param stillThere whoever makes it false calls {@link #withdraw} afterwards
     */
    synchronized RouteBoard.Offer offer(Generation generation, BooleanSupplier stillThere) {
        if (!stillThere.getAsBoolean()) {
            return new RouteBoard.Outdated();
        }
        Generation before = serving.put(generation.bundleId(), generation);
        return new RouteBoard.Accepted(before == null ? List.of() : List.of(before));
    }

    /** @return the generation that is no longer reachable and is to be drained */
    synchronized Optional<Generation> withdraw(long bundleId) {
        return Optional.ofNullable(serving.remove(bundleId));
    }

    /** Null when the bundle serves nothing. */
    public Generation serving(long bundleId) {
        return serving.get(bundleId);
    }

    /** Whether waiting for the bundle's routes is in vain: it is started and has none. */
    public boolean isRouteless(long bundleId) {
        return routeless.test(bundleId);
    }

    Collection<Generation> serving() {
        return List.copyOf(serving.values());
    }

    /** The ids of the extensions that serve routes. */
    public SortedSet<String> extensions() {
        SortedSet<String> extensions = new TreeSet<>();
        serving.values().forEach(generation -> extensions.add(generation.scope().extension()));
        return extensions;
    }
}
