package org.platformforge.auth.store;

import java.sql.Timestamp;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.platformforge.auth.domain.Link;

@Entity(name = "AuthLink")
@Table(name = "auth_link")
public class LinkEntity {
    static final String OPEN = "OPEN";
    static final String USED = "USED";
    static final String VOID = "VOID";

    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    /** The keyed digest of the token. */
    @Id
    private String id;

    @Column(name = "user_id", nullable = false, updatable = false)
    private String userId;

    @Column(nullable = false, updatable = false)
    private String purpose;

    @Column(nullable = false, updatable = false)
    private String subject;

    @Column(updatable = false)
    private String target;

    @Column(nullable = false)
    private String status;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "expires_at", nullable = false, updatable = false)
    private Timestamp expiresAt;

    protected LinkEntity() {}

    LinkEntity(Link link, String subject, Instant now) {
        tenantId = link.tenantId();
        id = link.id();
        userId = link.userId();
        purpose = link.purpose().name();
        this.subject = subject;
        target = link.target();
        status = OPEN;
        createdAt = Utc.timestamp(now);
        expiresAt = Utc.timestamp(link.expiresAt());
    }

    Link toLink() {
        return new Link(tenantId, id, userId, Link.Purpose.valueOf(purpose), target, Utc.instant(expiresAt));
    }
}
