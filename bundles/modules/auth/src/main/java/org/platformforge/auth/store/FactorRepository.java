package org.platformforge.auth.store;

import java.time.Instant;
import java.util.List;
import org.platformforge.auth.domain.mfa.Factor;
import org.platformforge.auth.domain.mfa.Method;
import org.platformforge.kernel.api.store.Transaction;

/** Second factors in the database. What decides about a code is a compare-and-set each. */
public final class FactorRepository {
    private FactorRepository() {}

    /** The oldest first. */
    public static List<Factor> of(Transaction tx, String tenantId, String userId) {
        return tx.em()
                .createQuery(
                        "SELECT f FROM AuthFactor f WHERE f.tenantId = :tenant AND f.userId = :user ORDER BY f.createdAt",
                        FactorEntity.class)
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .getResultStream()
                .map(FactorEntity::toFactor)
                .toList();
    }

    public static void insert(Transaction tx, Factor factor) {
        tx.em().persist(new FactorEntity(factor));
        tx.em().flush(); // a second one of the same kind shows here
    }

    /** @return whether there was one */
    public static boolean remove(Transaction tx, String tenantId, String userId, Method method) {
        return tx.em()
                        .createQuery("DELETE FROM AuthFactor f"
                                + " WHERE f.tenantId = :tenant AND f.userId = :user AND f.method = :method")
                        .setParameter("tenant", tenantId)
                        .setParameter("user", userId)
                        .setParameter("method", method.name())
                        .executeUpdate()
                == 1;
    }

    /** Whether this transaction made the pending factor active. */
    public static boolean activate(Transaction tx, Factor factor, Instant now) {
        return tx.em()
                        .createQuery("UPDATE AuthFactor f SET f.status = :active, f.verifiedAt = :now"
                                + " WHERE f.tenantId = :tenant AND f.id = :id AND f.status = :pending")
                        .setParameter("active", FactorEntity.ACTIVE)
                        .setParameter("pending", FactorEntity.PENDING)
                        .setParameter("now", Utc.timestamp(now))
                        .setParameter("tenant", factor.tenantId())
                        .setParameter("id", factor.id())
                        .executeUpdate()
                == 1;
    }

    /** Whether this transaction used the step up: it goes forward only, whatever other nodes do at the same time. */
    public static boolean useStep(Transaction tx, Factor factor, long step) {
        return tx.em()
                        .createQuery("UPDATE AuthFactor f SET f.lastStep = :step"
                                + " WHERE f.tenantId = :tenant AND f.id = :id AND f.lastStep < :step")
                        .setParameter("step", step)
                        .setParameter("tenant", factor.tenantId())
                        .setParameter("id", factor.id())
                        .executeUpdate()
                == 1;
    }

    /** Keeps the digest of a code that is sent now; the former one is void. */
    public static void codeSent(Transaction tx, Factor factor, String digest, Instant until) {
        tx.em()
                .createQuery("UPDATE AuthFactor f SET f.codeDigest = :digest, f.codeExpiresAt = :until"
                        + " WHERE f.tenantId = :tenant AND f.id = :id")
                .setParameter("digest", digest)
                .setParameter("until", Utc.timestamp(until))
                .setParameter("tenant", factor.tenantId())
                .setParameter("id", factor.id())
                .executeUpdate();
    }

    /** The compare-and-set of a use: whether this transaction used the code up in time. */
    public static boolean useCode(Transaction tx, Factor factor, String digest, Instant now) {
        return tx.em()
                        .createQuery("UPDATE AuthFactor f SET f.codeDigest = NULL"
                                + " WHERE f.tenantId = :tenant AND f.id = :id AND f.codeDigest = :digest"
                                + " AND f.codeExpiresAt > :now")
                        .setParameter("digest", digest)
                        .setParameter("now", Utc.timestamp(now))
                        .setParameter("tenant", factor.tenantId())
                        .setParameter("id", factor.id())
                        .executeUpdate()
                == 1;
    }
}
