package org.platformforge.kernel.store.outbox;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongPredicate;
import org.platformforge.kernel.api.store.EventListener;

/** The listeners that are there. Of those of one name whose bundles act, the newest is given events. Thread-safe. */
public final class ListenerRegistry {
    private static final Comparator<Entry> AGE =
            Comparator.comparingLong(Entry::bundleId).thenComparingLong(Entry::serviceId);

    private static final int LONGEST_NAME = 128;

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Set<EventListener> retired = ConcurrentHashMap.newKeySet();
    private final LongPredicate acts;

    /** Every listener acts. */
    public ListenerRegistry() {
        this(bundleId -> true);
    }

    /** @param acts whether the bundle's listeners are given new events now */
    public ListenerRegistry(LongPredicate acts) {
        this.acts = acts;
    }

    /**
     * @param bundleId the higher, the newer; then {@code serviceId} counts
     * @throws IllegalArgumentException for a name that cannot be kept
     */
    public void add(EventListener listener, long bundleId, long serviceId) {
        String name = listener.name();
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("A listener's name has 1 to " + LONGEST_NAME + " characters: " + name);
        }
        entries.add(new Entry(name, listener, bundleId, serviceId));
    }

    public void remove(EventListener listener) {
        entries.removeIf(entry -> entry.listener() == listener);
        retired.remove(listener);
    }

    /** The bundle's listeners begin no event any more. */
    void retire(long bundleId) {
        retired.addAll(ofBundle(bundleId));
    }

    List<EventListener> ofBundle(long bundleId) {
        return entries.stream()
                .filter(entry -> entry.bundleId() == bundleId)
                .map(Entry::listener)
                .toList();
    }

    /** The listener of each name that is given events. */
    Map<String, EventListener> acting() {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(AGE);
        Map<String, EventListener> acting = new LinkedHashMap<>();
        sorted.stream()
                .filter(entry -> !retired.contains(entry.listener()) && acts.test(entry.bundleId()))
                .forEach(entry -> acting.put(entry.name(), entry.listener()));
        return acting;
    }

    boolean isActing(String name, EventListener listener) {
        return acting().get(name) == listener;
    }

    private record Entry(String name, EventListener listener, long bundleId, long serviceId) {}
}
