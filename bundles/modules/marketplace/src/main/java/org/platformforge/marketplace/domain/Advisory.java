package org.platformforge.marketplace.domain;

import java.time.Instant;

/** A warning about versions of an extension. @param affected a version range @param severity low, medium, high, critical */
public record Advisory(
        String tenantId,
        String id,
        String extensionId,
        String affected,
        String severity,
        String summary,
        String createdBy,
        Instant createdAt) {}
