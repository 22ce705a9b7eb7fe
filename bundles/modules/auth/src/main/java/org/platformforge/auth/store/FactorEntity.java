package org.platformforge.auth.store;

import java.sql.Timestamp;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.platformforge.auth.domain.mfa.Factor;
import org.platformforge.auth.domain.mfa.Method;

@Entity(name = "AuthFactor")
@Table(name = "auth_factor")
public class FactorEntity {
    static final String PENDING = "PENDING";
    static final String ACTIVE = "ACTIVE";

    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(name = "user_id", nullable = false, updatable = false)
    private String userId;

    @Column(nullable = false, updatable = false)
    private String method;

    @Column(nullable = false)
    private String status;

    private String secret;

    private String target;

    @Column(name = "last_step", nullable = false)
    private long lastStep;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "verified_at")
    private Timestamp verifiedAt;

    @Column(name = "code_digest")
    private String codeDigest;

    @Column(name = "code_expires_at")
    private Timestamp codeExpiresAt;

    protected FactorEntity() {}

    FactorEntity(Factor factor) {
        tenantId = factor.tenantId();
        id = factor.id();
        userId = factor.userId();
        method = factor.method().name();
        status = factor.active() ? ACTIVE : PENDING;
        secret = factor.secret();
        target = factor.target();
        lastStep = factor.lastStep();
        createdAt = Utc.timestamp(factor.createdAt());
        verifiedAt = Utc.timestamp(factor.verifiedAt());
    }

    Factor toFactor() {
        return new Factor(
                id,
                tenantId,
                userId,
                Method.valueOf(method),
                secret,
                target,
                lastStep,
                Utc.instant(createdAt),
                Utc.instant(verifiedAt));
    }
}
