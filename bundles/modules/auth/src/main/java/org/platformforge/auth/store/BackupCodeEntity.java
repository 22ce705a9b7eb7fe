package org.platformforge.auth.store;

import java.sql.Timestamp;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

@Entity(name = "AuthBackupCode")
@Table(name = "auth_backup_code")
public class BackupCodeEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    /** The keyed digest. */
    @Id
    private String id;

    @Column(name = "user_id", nullable = false, updatable = false)
    private String userId;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "used_at")
    private Timestamp usedAt;

    protected BackupCodeEntity() {}

    BackupCodeEntity(String tenantId, String id, String userId, Instant createdAt) {
        this.tenantId = tenantId;
        this.id = id;
        this.userId = userId;
        this.createdAt = Utc.timestamp(createdAt);
    }
}
