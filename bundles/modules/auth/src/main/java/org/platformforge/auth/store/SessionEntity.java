package org.platformforge.auth.store;

import java.sql.Timestamp;
import java.util.List;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.platformforge.auth.domain.Session;

@Entity(name = "AuthSession")
@Table(name = "auth_session")
public class SessionEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(name = "user_id", nullable = false, updatable = false)
    private String userId;

    @Column(nullable = false)
    private long generation;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "rotated_at", nullable = false)
    private Timestamp rotatedAt;

    @Column(name = "expires_at", nullable = false)
    private Timestamp expiresAt;

    @Column(name = "revoked_at")
    private Timestamp revokedAt;

    /** Separated by single spaces. */
    @Column(nullable = false)
    private String methods;

    @Column(name = "authenticated_at")
    private Timestamp authenticatedAt;

    @Column(name = "remote_address")
    private String remoteAddress;

    @Column(name = "user_agent")
    private String userAgent;

    protected SessionEntity() {}

    SessionEntity(Session session) {
        tenantId = session.tenantId();
        id = session.id();
        userId = session.userId();
        generation = session.generation();
        createdAt = Utc.timestamp(session.createdAt());
        rotatedAt = Utc.timestamp(session.rotatedAt());
        expiresAt = Utc.timestamp(session.expiresAt());
        methods = String.join(" ", session.methods());
        authenticatedAt = Utc.timestamp(session.authenticatedAt());
        remoteAddress = session.remoteAddress();
        String agent = session.userAgent();
        userAgent = agent == null || agent.length() <= 256 ? agent : agent.substring(0, 256);
    }

    Session toSession() {
        return new Session(
                id,
                tenantId,
                userId,
                generation,
                Utc.instant(createdAt),
                Utc.instant(rotatedAt),
                Utc.instant(expiresAt),
                Utc.instant(revokedAt),
                List.of(methods.split(" ")),
                // null in rows of before the column
                Utc.instant(authenticatedAt == null ? createdAt : authenticatedAt),
                remoteAddress,
                userAgent);
    }
}
