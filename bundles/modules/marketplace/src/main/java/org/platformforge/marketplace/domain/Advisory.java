package org.platformforge.marketplace.domain;

import java.time.Instant;

/**
 * A warning about versions of an extension.
 *
 * @param affected a version range
 * @param severity low, medium, high or critical; {@link #BLOCK} when an operator took the versions out of service
 */
public record Advisory(
        String tenantId,
        String id,
        String extensionId,
        String affected,
        String severity,
        String summary,
        String createdBy,
        Instant createdAt) {
    static final String BLOCK = "blocked";

    boolean blocks() {
        return severity.equals(BLOCK);
    }

    boolean affects(String version) {
        return Versions.range(affected)
                .filter(range -> range.includes(Versions.of(version)))
                .isPresent();
    }
}
