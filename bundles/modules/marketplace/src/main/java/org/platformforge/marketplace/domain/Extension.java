package org.platformforge.marketplace.domain;

import java.time.Instant;

/**
 * An extension in the catalogue.
 *
 * @param tenantId the publisher's
 * @param id {@code namespace.name}
 * @param listed whether a release of it is published, so that everybody sees it
 * @param latestVersion the highest published version, null without one
 * @param downloads releases that tenants ever installed
 */
public record Extension(
        String tenantId,
        String id,
        String namespace,
        String name,
        String description,
        String category,
        String license,
        String homepage,
        boolean listed,
        String latestVersion,
        long downloads,
        long ratingSum,
        long ratingCount,
        Instant createdAt,
        Instant updatedAt) {
    /** 1 to 5, or null without a rating. */
    public Double rating() {
        return ratingCount == 0 ? null : Math.round(10.0 * ratingSum / ratingCount) / 10.0;
    }
}
