package org.platformforge.marketplace.store;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.kernel.api.store.InstantConverter;
import org.platformforge.marketplace.domain.Publisher;

/**
 * A row of {@code mkt_publisher}. Fields are changed in this class only: the weaver sees changes nowhere else, and what it does not
 * see is not written.
 */
@Entity(name = "Publisher")
@Table(name = "mkt_publisher")
public class PublisherEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String namespace;

    private String skeleton;
    private String name;
    private String homepage;

    @Column(name = "similar_to")
    private String similarTo;

    private boolean trusted;

    @Column(name = "trusted_by")
    private String trustedBy;

    @Column(name = "trusted_at")
    @Convert(converter = InstantConverter.class)
    private Instant trustedAt;

    @Column(name = "created_by")
    private String createdBy;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Version
    private long version;

    protected PublisherEntity() {}

    PublisherEntity(Publisher publisher, String skeleton) {
        tenantId = publisher.tenantId();
        namespace = publisher.namespace();
        this.skeleton = skeleton;
        name = publisher.name();
        homepage = publisher.homepage();
        similarTo = publisher.similarTo();
        createdBy = publisher.createdBy();
        createdAt = publisher.createdAt();
    }

    String tenantId() {
        return tenantId;
    }

    Instant createdAt() {
        return createdAt;
    }

    /** @param by null when trust is withdrawn */
    void trust(String by, Instant at) {
        trusted = by != null;
        trustedBy = by;
        trustedAt = by == null ? null : at;
    }

    Publisher toPublisher() {
        return new Publisher(
                tenantId, namespace, name, homepage, similarTo, trusted, trustedBy, trustedAt, createdBy, createdAt);
    }
}
