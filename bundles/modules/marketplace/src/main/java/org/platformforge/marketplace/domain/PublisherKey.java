package org.platformforge.marketplace.domain;

import java.time.Instant;

/**
 * A key that a publisher's signatures are checked with.
 *
 * @param id {@code pkey_…}
 * @param publicKey X.509 SPKI in PEM
 * @param fingerprint SHA-256 of the SPKI, hexadecimal
 * @param revokedAt null while it is good
 */
public record PublisherKey(
        String tenantId,
        String id,
        String namespace,
        String name,
        String publicKey,
        String fingerprint,
        String createdBy,
        Instant createdAt,
        String revokedBy,
        Instant revokedAt) {
    public boolean revoked() {
        return revokedAt != null;
    }
}
