package org.platformforge.auth.store;

import org.platformforge.kernel.api.store.Transaction;

/** Backup codes in the database, as digests. */
public final class BackupCodeRepository {
    private BackupCodeRepository() {}

    public static void insert(Transaction tx, String tenantId, String userId, String digest) {
        tx.em().persist(new BackupCodeEntity(tenantId, digest, userId, tx.now()));
    }

    /** The compare-and-set of a use: whether this transaction used it up. */
    public static boolean use(Transaction tx, String tenantId, String digest) {
        return tx.em()
                        .createQuery("UPDATE AuthBackupCode c SET c.usedAt = :now"
                                + " WHERE c.tenantId = :tenant AND c.id = :id AND c.usedAt IS NULL")
                        .setParameter("now", Utc.timestamp(tx.now()))
                        .setParameter("tenant", tenantId)
                        .setParameter("id", digest)
                        .executeUpdate()
                == 1;
    }

    public static long unused(Transaction tx, String tenantId, String userId) {
        return tx.em()
                .createQuery(
                        "SELECT COUNT(c) FROM AuthBackupCode c"
                                + " WHERE c.tenantId = :tenant AND c.userId = :user AND c.usedAt IS NULL",
                        Long.class)
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .getSingleResult();
    }

    public static void removeAll(Transaction tx, String tenantId, String userId) {
        tx.em()
                .createQuery("DELETE FROM AuthBackupCode c WHERE c.tenantId = :tenant AND c.userId = :user")
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .executeUpdate();
    }
}
