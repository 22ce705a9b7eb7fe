package org.platformforge.auth.store;

import java.sql.Timestamp;
import java.util.Set;
import java.util.TreeSet;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.platformforge.auth.domain.Invitation;

@Entity(name = "AuthInvitation")
@Table(name = "auth_invitation")
public class InvitationEntity {
    static final String OPEN = "OPEN";
    static final String ACCEPTED = "ACCEPTED";
    static final String REVOKED = "REVOKED";

    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(nullable = false, updatable = false)
    private String email;

    /** Separated by single spaces, sorted. */
    @Column(nullable = false, updatable = false)
    private String roles;

    /** Keyed, of the token in the mail. */
    @Column(nullable = false, updatable = false)
    private String digest;

    @Column(nullable = false)
    private String status;

    @Column(name = "created_by", nullable = false, updatable = false)
    private String createdBy;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "expires_at", nullable = false, updatable = false)
    private Timestamp expiresAt;

    protected InvitationEntity() {}

    InvitationEntity(Invitation invitation, String digest) {
        tenantId = invitation.tenantId();
        id = invitation.id();
        email = invitation.email();
        roles = String.join(" ", new TreeSet<>(invitation.roles()));
        this.digest = digest;
        status = OPEN;
        createdBy = invitation.createdBy();
        createdAt = Utc.timestamp(invitation.createdAt());
        expiresAt = Utc.timestamp(invitation.expiresAt());
    }

    Invitation toInvitation() {
        return new Invitation(
                id,
                tenantId,
                email,
                Set.of(roles.split(" ")),
                createdBy,
                Utc.instant(createdAt),
                Utc.instant(expiresAt));
    }
}
