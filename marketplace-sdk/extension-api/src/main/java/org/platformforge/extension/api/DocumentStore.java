package org.platformforge.extension.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/**
 * One collection of JSON documents of one extension in one tenant. A document has at most 256 KiB as JSON. Thread-safe.
 *
 * <p>Every method throws {@link org.platformforge.kernel.api.PlatformException}: {@code VALIDATION} for what is out of bounds,
 * {@code NOT_FOUND}, {@code CONFLICT}, {@code UNPROCESSABLE} when the tenant's quota for the extension is used up,
 * {@code UNAVAILABLE} when the database cannot be reached.
 */
@ProviderType
public interface DocumentStore {
    /**
     * @param id given by the extension, or made by the platform: {@code doc-…}
     * @param version grows with each change of the document, from 1
     * @param data JSON-compatible
     */
    record Document(String id, long version, Map<String, Object> data, Instant createdAt, Instant updatedAt) {}

    Optional<Document> find(String id);

    /** Stores a new document under an id the platform makes. */
    Document insert(Map<String, ?> data);

    /**
     * Stores a new document.
     *
     * @param id 1 to 128 characters
     * @throws org.platformforge.kernel.api.PlatformException {@code CONFLICT} when the id is taken
     */
    Document insert(String id, Map<String, ?> data);

    /**
     * Replaces the whole document.
     *
     * @param expectedVersion of the document that was read; 0 for whatever is there
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND}; {@code CONFLICT} when it is at another
     *     version by now
     */
    Document replace(String id, long expectedVersion, Map<String, ?> data);

    /** @return whether there was one */
    boolean delete(String id);

    /**
     * Documents by creation, oldest first.
     *
     * @param equal top-level fields and the values they must have (strings, numbers, booleans), all of them; empty for
     *     every document. Only fields that the manifest's {@code indexes} name for this collection
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} for a field without an index
     */
    Page<Document> list(Map<String, ?> equal, PageRequest page);
}
