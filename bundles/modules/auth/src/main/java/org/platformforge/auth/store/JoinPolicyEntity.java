package org.platformforge.auth.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.platformforge.auth.domain.JoinPolicy;

@Entity(name = "AuthJoinPolicy")
@Table(name = "auth_join_policy")
public class JoinPolicyEntity {
    @Id
    @Column(name = "tenant_id")
    private String tenantId;

    @Column(nullable = false)
    private String policy;

    /** Separated by single spaces, sorted. */
    @Column(nullable = false)
    private String domains;

    @Column(nullable = false)
    private String roles;

    @Column(name = "updated_at", nullable = false)
    private Timestamp updatedAt;

    protected JoinPolicyEntity() {}

    JoinPolicyEntity(String tenantId) {
        this.tenantId = tenantId;
    }

    void set(JoinPolicy changed, Instant now) {
        policy = changed.kind().name();
        domains = String.join(" ", new TreeSet<>(changed.domains()));
        roles = String.join(" ", new TreeSet<>(changed.roles()));
        updatedAt = Utc.timestamp(now);
    }

    JoinPolicy toPolicy() {
        Set<String> names = domains.isEmpty() ? Set.of() : Set.of(domains.split(" "));
        return new JoinPolicy(JoinPolicy.Kind.valueOf(policy), names, Set.of(roles.split(" ")));
    }
}
