package org.platformforge.extension.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.platformforge.extension.api.KeyValueStore;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;

/** Values in memory under the platform's limits. Thread-safe. */
final class MemoryKeyValues implements KeyValueStore {
    private static final int MAX_KEY = 255;
    private static final int MAX_VALUE = 64 << 10;

    private final TreeMap<String, Entry> entries = new TreeMap<>();

    @Override
    public synchronized Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(checked(key)));
    }

    @Override
    public synchronized Entry put(String key, String value) {
        return set(key, value);
    }

    @Override
    public synchronized Optional<Entry> compareAndSet(String key, long expectedVersion, String value) {
        Entry now = entries.get(checked(key));
        return (now == null ? 0 : now.version()) == expectedVersion ? Optional.of(set(key, value)) : Optional.empty();
    }

    private Entry set(String key, String value) {
        if (value.getBytes(StandardCharsets.UTF_8).length > MAX_VALUE) {
            throw PlatformException.invalid("value", "It must have at most " + MAX_VALUE + " bytes");
        }
        Entry before = entries.get(checked(key));
        Entry after = new Entry(key, value, before == null ? 1 : before.version() + 1);
        entries.put(key, after);
        return after;
    }

    @Override
    public synchronized boolean delete(String key) {
        return entries.remove(checked(key)) != null;
    }

    @Override
    public synchronized Page<Entry> list(String prefix, PageRequest page) {
        List<Entry> all = entries.tailMap(prefix).values().stream()
                .takeWhile(entry -> entry.key().startsWith(prefix))
                .toList();
        return Pages.of(all, page);
    }

    private static String checked(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw PlatformException.invalid("key", "It must have 1 to " + MAX_KEY + " characters");
        }
        return key;
    }
}
