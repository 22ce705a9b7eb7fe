package org.platformforge.auth.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.auth.domain.User;

@Entity(name = "AuthUser")
@Table(name = "auth_user")
public class UserEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(nullable = false)
    private String email;

    @Column(nullable = false)
    private String name;

    @Column(name = "password_hash", nullable = false)
    private String passwordHash;

    /** Separated by single spaces, sorted. */
    @Column(nullable = false)
    private String roles;

    @Column(nullable = false)
    private String status;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Timestamp createdAt;

    @Column(name = "email_verified_at")
    private Timestamp emailVerifiedAt;

    @Column(name = "code_failures", nullable = false)
    private int codeFailures;

    @Column(name = "codes_refused_until")
    private Timestamp codesRefusedUntil;

    @Version
    private long version;

    protected UserEntity() {}

    UserEntity(User user) {
        tenantId = user.tenantId();
        id = user.id();
        email = user.email();
        name = user.name();
        passwordHash = user.passwordHash();
        roles = String.join(" ", new TreeSet<>(user.roles()));
        status = user.status().name();
        createdAt = Utc.timestamp(user.createdAt());
        emailVerifiedAt = Utc.timestamp(user.emailVerifiedAt());
    }

    User toUser() {
        Instant created = Utc.instant(createdAt);
        return new User(
                id,
                tenantId,
                email,
                name,
                passwordHash,
                Set.of(roles.split(" ")),
                User.Status.valueOf(status),
                created,
                Utc.instant(emailVerifiedAt));
    }

    void replaceHash(String hash) {
        passwordHash = hash;
    }

    void verifyEmail(Instant now) {
        if (emailVerifiedAt == null) {
            emailVerifiedAt = Utc.timestamp(now);
        }
    }

    void changeEmail(String changed, Instant now) {
        email = changed;
        emailVerifiedAt = Utc.timestamp(now);
    }
}
