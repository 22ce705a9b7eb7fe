package org.platformforge.auth.store;

import java.sql.Timestamp;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.platformforge.auth.domain.mfa.Device;

@Entity(name = "AuthDevice")
@Table(name = "auth_device")
public class DeviceEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(name = "user_id", nullable = false, updatable = false)
    private String userId;

    @Column(nullable = false, updatable = false)
    private String digest;

    @Column(name = "session_id", nullable = false)
    private String sessionId;

    @Column(name = "remote_address", updatable = false)
    private String remoteAddress;

    @Column(name = "user_agent", updatable = false)
    private String userAgent;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "last_used_at", nullable = false)
    private Timestamp lastUsedAt;

    @Column(name = "expires_at", nullable = false, updatable = false)
    private Timestamp expiresAt;

    protected DeviceEntity() {}

    DeviceEntity(Device device, String digest) {
        tenantId = device.tenantId();
        id = device.id();
        userId = device.userId();
        this.digest = digest;
        sessionId = device.sessionId();
        remoteAddress = device.remoteAddress();
        userAgent = device.userAgent();
        createdAt = Utc.timestamp(device.createdAt());
        lastUsedAt = Utc.timestamp(device.lastUsedAt());
        expiresAt = Utc.timestamp(device.expiresAt());
    }

    Device toDevice() {
        return new Device(
                id,
                tenantId,
                userId,
                sessionId,
                remoteAddress,
                userAgent,
                Utc.instant(createdAt),
                Utc.instant(lastUsedAt),
                Utc.instant(expiresAt));
    }
}
