package org.platformforge.marketplace.store;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.kernel.api.store.InstantConverter;
import org.platformforge.marketplace.domain.Advisory;

/**
 * A row of {@code mkt_advisory}. Fields are changed in this class only: the weaver sees changes nowhere else, and what it does not
 * see is not written.
 */
@Entity(name = "Advisory")
@Table(name = "mkt_advisory")
public class AdvisoryEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(name = "extension_id")
    private String extensionId;

    private String affected;
    private String severity;
    private String summary;

    @Column(name = "created_by")
    private String createdBy;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Version
    private long version;

    protected AdvisoryEntity() {}

    AdvisoryEntity(Advisory advisory) {
        tenantId = advisory.tenantId();
        id = advisory.id();
        extensionId = advisory.extensionId();
        affected = advisory.affected();
        severity = advisory.severity();
        summary = advisory.summary();
        createdBy = advisory.createdBy();
        createdAt = advisory.createdAt();
    }

    Advisory toAdvisory() {
        return new Advisory(tenantId, id, extensionId, affected, severity, summary, createdBy, createdAt);
    }
}
