package org.platformforge.marketplace.domain;

import java.time.Instant;

/**
 * Who owns a namespace.
 *
 * @param namespace first part of its extensions' ids
 * @param similarTo a namespace that was there before and is one edit away, or null
 * @param trustedBy the operator who trusts it, null while nobody does
 */
public record Publisher(
        String tenantId,
        String namespace,
        String name,
        String homepage,
        String similarTo,
        boolean trusted,
        String trustedBy,
        Instant trustedAt,
        String createdBy,
        Instant createdAt) {}
