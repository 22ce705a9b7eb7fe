package org.platformforge.infrastructure.resource;

import java.time.Instant;
import java.util.Map;

/**
 * A resource that was asked for.
 *
 * @param id {@code res-…}, the same as of the platform's resource
 * @param provider the engine that was asked for; null for the one the platform prefers
 * @param region null where none was asked for
 * @param specs what the engine is given; JSON-compatible
 * @param operationId the last work on it
 * @param problem why it has failed; null while it has not
 */
public record ResourceOrder(
        String id,
        String type,
        String provider,
        String region,
        String environment,
        Map<String, Object> specs,
        Map<String, Object> tags,
        Status status,
        String operationId,
        String problem,
        String createdBy,
        Instant createdAt) {
    public enum Status {
        PROVISIONING,
        ACTIVE,
        FAILED,
        DELETING
    }
}
