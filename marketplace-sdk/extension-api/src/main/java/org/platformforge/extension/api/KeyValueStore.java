package org.platformforge.extension.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/**
 * Durable values of one extension in one tenant. A key has 1 to 255 characters, a value at most 64 KiB as UTF-8. Thread-safe.
 *
 * <p>Every method throws {@link org.platformforge.kernel.api.PlatformException}: {@code VALIDATION} for a key or value out of
 * bounds, {@code UNPROCESSABLE} when the tenant's quota for the extension is used up, {@code UNAVAILABLE} when the database
 * cannot be reached.
 */
@ProviderType
public interface KeyValueStore {
    /** @param version grows with each change of the key, from 1 */
    record Entry(String key, String value, long version) {}

    Optional<Entry> get(String key);

    /** Sets the value whatever was there. */
    Entry put(String key, String value);

    /**
     * Sets the value if nobody else has changed it.
     *
     * @param expectedVersion of the entry that was read; 0 when there must be none
     * @return empty when the entry is another one by now
     */
    Optional<Entry> compareAndSet(String key, long expectedVersion, String value);

    /** @return whether there was one */
    boolean delete(String key);

    /** Entries whose key starts with the prefix, by key. */
    Page<Entry> list(String prefix, PageRequest page);
}
