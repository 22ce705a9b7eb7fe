package org.platformforge.marketplace.store;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.kernel.api.store.InstantConverter;
import org.platformforge.marketplace.domain.PublisherKey;

/**
 * A row of {@code mkt_publisher_key}. Fields are changed in this class only: the weaver sees changes nowhere else, and what it does not
 * see is not written.
 */
@Entity(name = "PublisherKey")
@Table(name = "mkt_publisher_key")
public class PublisherKeyEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    private String namespace;
    private String name;

    @Column(name = "public_key")
    private String publicKey;

    private String fingerprint;

    @Column(name = "created_by")
    private String createdBy;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Column(name = "revoked_by")
    private String revokedBy;

    @Column(name = "revoked_at")
    @Convert(converter = InstantConverter.class)
    private Instant revokedAt;

    @Version
    private long version;

    protected PublisherKeyEntity() {}

    PublisherKeyEntity(PublisherKey key) {
        tenantId = key.tenantId();
        id = key.id();
        namespace = key.namespace();
        name = key.name();
        publicKey = key.publicKey();
        fingerprint = key.fingerprint();
        createdBy = key.createdBy();
        createdAt = key.createdAt();
    }

    /** Does nothing when it is revoked already. */
    void revoke(String by, Instant at) {
        if (revokedAt == null) {
            revokedBy = by;
            revokedAt = at;
        }
    }

    PublisherKey toKey() {
        return new PublisherKey(
                tenantId, id, namespace, name, publicKey, fingerprint, createdBy, createdAt, revokedBy, revokedAt);
    }
}
