package org.platformforge.auth.store;

import java.sql.Timestamp;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.platformforge.auth.store.MessageRepository.Waiting;

@Entity(name = "AuthMessage")
@Table(name = "auth_message")
public class MessageEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(nullable = false, updatable = false)
    private String channel;

    /** Sealed. */
    @Column(nullable = false, updatable = false)
    private String content;

    @Column(nullable = false)
    private int attempts;

    @Column(name = "due_at", nullable = false)
    private Timestamp dueAt;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "expires_at", nullable = false, updatable = false)
    private Timestamp expiresAt;

    protected MessageEntity() {}

    MessageEntity(Waiting waiting, Instant now) {
        tenantId = waiting.tenantId();
        id = waiting.id();
        channel = waiting.channel();
        content = waiting.content();
        attempts = waiting.attempts();
        dueAt = Utc.timestamp(now);
        createdAt = Utc.timestamp(now);
        expiresAt = Utc.timestamp(waiting.expiresAt());
    }

    Waiting toWaiting() {
        return new Waiting(tenantId, id, channel, content, attempts, Utc.instant(expiresAt));
    }
}
