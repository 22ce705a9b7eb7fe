package org.platformforge.kernel.api.security;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/**
 * Remembers the first answer to an {@code Idempotency-Key}, scoped to caller and route, for at least 24 hours. Shared by
 * all nodes through the database. Thread-safe.
 */
@ProviderType
public interface IdempotencyKeys {
    /** @param headers the answer's own headers, without those of the chain */
    record SavedResponse(int status, Map<String, String> headers, byte[] body) {}

    /** What {@link #begin} found. */
    sealed interface Begin {
        /** The first request with this key: execute it, then {@link #complete} or {@link #release}. */
        record Execute(long token) implements Begin {}

        /** Executed before: answer this. */
        record Replay(SavedResponse response) implements Begin {}
    }

    /**
     * @param fingerprint SHA-256 over method, path, query and body
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} for a key that is empty or over 255
     *     characters; {@code UNPROCESSABLE} for the same key with another fingerprint; {@code CONFLICT} while the first
     *     request is in flight
     */
    Begin begin(Caller caller, String operationId, String key, byte[] fingerprint);

    /** Keeps the answer. */
    void complete(Caller caller, String operationId, String key, long token, SavedResponse response);

    /** Forgets the key: nothing was executed (validation failed, refused). */
    void release(Caller caller, String operationId, String key, long token);
}
