package org.platformforge.kernel.store.outbox;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.platformforge.kernel.api.store.EventListener;

/** The listeners that are there. Of two generations of one listener only the newer is given events. Thread-safe. */
public final class ListenerRegistry {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /** @param generation the higher, the newer */
    public void add(EventListener listener, long generation) {
        entries.add(new Entry(listener.name(), listener, generation));
    }

    public void remove(EventListener listener) {
        entries.removeIf(entry -> entry.listener() == listener);
    }

    /** The newest listener of each name. */
    Map<String, EventListener> newest() {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::generation));
        Map<String, EventListener> newest = new LinkedHashMap<>();
        sorted.forEach(entry -> newest.put(entry.name(), entry.listener()));
        return newest;
    }

    boolean isNewest(String name, EventListener listener) {
        return newest().get(name) == listener;
    }

    private record Entry(String name, EventListener listener, long generation) {}
}
