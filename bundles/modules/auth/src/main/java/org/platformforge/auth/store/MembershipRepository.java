package org.platformforge.auth.store;

import java.util.List;
import java.util.Optional;
import org.platformforge.auth.domain.Invitation;
import org.platformforge.auth.domain.JoinPolicy;
import org.platformforge.kernel.api.store.Transaction;

/** Invitations and join policies in the database. */
public final class MembershipRepository {
    private static final String OPEN_OF_TENANT =
            " FROM AuthInvitation i WHERE i.tenantId = :tenant AND i.status = :open AND i.expiresAt > :now";

    private MembershipRepository() {}

    public static JoinPolicy policy(Transaction tx, String tenantId) {
        JoinPolicyEntity entity = tx.em().find(JoinPolicyEntity.class, tenantId);
        return entity == null ? JoinPolicy.CLOSED : entity.toPolicy();
    }

    public static void setPolicy(Transaction tx, String tenantId, JoinPolicy policy) {
        JoinPolicyEntity entity = tx.em().find(JoinPolicyEntity.class, tenantId);
        if (entity == null) {
            entity = new JoinPolicyEntity(tenantId);
            entity.set(policy, tx.now());
            tx.em().persist(entity);
        } else {
            entity.set(policy, tx.now());
        }
    }

    public static void insert(Transaction tx, Invitation invitation, String digest) {
        tx.em().persist(new InvitationEntity(invitation, digest));
    }

    /** Open ones of the tenant, the newest first. */
    public static List<Invitation> open(Transaction tx, String tenantId, int offset, int limit) {
        return tx.em()
                .createQuery(
                        "SELECT i" + OPEN_OF_TENANT + " ORDER BY i.createdAt DESC, i.id DESC", InvitationEntity.class)
                .setParameter("tenant", tenantId)
                .setParameter("open", InvitationEntity.OPEN)
                .setParameter("now", Utc.timestamp(tx.now()))
                .setFirstResult(offset)
                .setMaxResults(limit)
                .getResultStream()
                .map(InvitationEntity::toInvitation)
                .toList();
    }

    public static long countOpen(Transaction tx, String tenantId) {
        return tx.em()
                .createQuery("SELECT COUNT(i)" + OPEN_OF_TENANT, Long.class)
                .setParameter("tenant", tenantId)
                .setParameter("open", InvitationEntity.OPEN)
                .setParameter("now", Utc.timestamp(tx.now()))
                .getSingleResult();
    }

    /** A token names nobody, so the look-up crosses tenants. */
    public static Optional<Invitation> find(Transaction tx, String digest) {
        return tx.em()
                .createQuery("SELECT i FROM AuthInvitation i WHERE i.digest = :digest", InvitationEntity.class)
                .setParameter("digest", digest)
                .getResultStream()
                .map(InvitationEntity::toInvitation)
                .findFirst();
    }

    /** The compare-and-set of accepting: whether this transaction did, in time. */
    public static boolean accept(Transaction tx, Invitation invitation) {
        return end(tx, invitation.tenantId(), invitation.id(), InvitationEntity.ACCEPTED);
    }

    public static boolean revoke(Transaction tx, String tenantId, String id) {
        return end(tx, tenantId, id, InvitationEntity.REVOKED);
    }

    private static boolean end(Transaction tx, String tenantId, String id, String status) {
        return tx.em()
                        .createQuery(
                                "UPDATE AuthInvitation i SET i.status = :status"
                                        + " WHERE i.tenantId = :tenant AND i.id = :id AND i.status = :open AND i.expiresAt > :now")
                        .setParameter("status", status)
                        .setParameter("open", InvitationEntity.OPEN)
                        .setParameter("tenant", tenantId)
                        .setParameter("id", id)
                        .setParameter("now", Utc.timestamp(tx.now()))
                        .executeUpdate()
                == 1;
    }

    /** Voids the open invitations of an address to the tenant. */
    public static void revokeAll(Transaction tx, String tenantId, String email) {
        tx.em()
                .createQuery("UPDATE AuthInvitation i SET i.status = :revoked"
                        + " WHERE i.tenantId = :tenant AND i.email = :email AND i.status = :open")
                .setParameter("revoked", InvitationEntity.REVOKED)
                .setParameter("open", InvitationEntity.OPEN)
                .setParameter("tenant", tenantId)
                .setParameter("email", email)
                .executeUpdate();
    }
}
