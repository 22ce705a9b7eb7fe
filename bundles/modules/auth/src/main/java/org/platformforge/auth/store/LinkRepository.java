package org.platformforge.auth.store;

import java.time.Instant;
import java.util.Optional;
import org.platformforge.auth.domain.Link;
import org.platformforge.kernel.api.store.Transaction;

/** Links of mails in the database. A token names nobody, so the look-up crosses tenants. */
public final class LinkRepository {
    private LinkRepository() {}

    /** @param subject digest of the address it is counted under */
    public static void insert(Transaction tx, Link link, String subject) {
        tx.em().persist(new LinkEntity(link, subject, tx.now()));
    }

    public static Optional<Link> find(Transaction tx, String id) {
        return Optional.ofNullable(tx.em().find(LinkEntity.class, id)).map(LinkEntity::toLink);
    }

    /** The compare-and-set of a use: whether this transaction used it up in time. */
    public static boolean use(Transaction tx, Link link) {
        return tx.em()
                        .createQuery("UPDATE AuthLink l SET l.status = :used"
                                + " WHERE l.id = :id AND l.status = :open AND l.expiresAt > :now")
                        .setParameter("used", LinkEntity.USED)
                        .setParameter("open", LinkEntity.OPEN)
                        .setParameter("id", link.id())
                        .setParameter("now", Utc.timestamp(tx.now()))
                        .executeUpdate()
                == 1;
    }

    /** The newest one only is good. */
    public static void voidAll(Transaction tx, String tenantId, String userId, Link.Purpose purpose) {
        tx.em()
                .createQuery("UPDATE AuthLink l SET l.status = :void"
                        + " WHERE l.tenantId = :tenant AND l.userId = :user AND l.purpose = :purpose")
                .setParameter("void", LinkEntity.VOID)
                .setParameter("tenant", tenantId)
                .setParameter("user", userId)
                .setParameter("purpose", purpose.name())
                .executeUpdate();
    }

    /** Whether a link of the purpose and target was used and not overtaken by a newer one. */
    public static boolean isUsed(Transaction tx, Link like, Link.Purpose purpose) {
        return tx.em()
                        .createQuery(
                                "SELECT COUNT(l) FROM AuthLink l WHERE l.tenantId = :tenant AND l.userId = :user"
                                        + " AND l.purpose = :purpose AND l.target = :target AND l.status = :used",
                                Long.class)
                        .setParameter("tenant", like.tenantId())
                        .setParameter("user", like.userId())
                        .setParameter("purpose", purpose.name())
                        .setParameter("target", like.target())
                        .setParameter("used", LinkEntity.USED)
                        .getSingleResult()
                > 0;
    }

    /** How many were made for the subject since then. */
    public static long countSince(Transaction tx, String subject, Link.Purpose purpose, Instant since) {
        return tx.em()
                .createQuery(
                        "SELECT COUNT(l) FROM AuthLink l"
                                + " WHERE l.subject = :subject AND l.purpose = :purpose AND l.createdAt > :since",
                        Long.class)
                .setParameter("subject", subject)
                .setParameter("purpose", purpose.name())
                .setParameter("since", Utc.timestamp(since))
                .getSingleResult();
    }

    /** @return how many that ended before then were removed */
    public static int sweep(Transaction tx, Instant before) {
        return tx.em()
                .createQuery("DELETE FROM AuthLink l WHERE l.expiresAt < :before")
                .setParameter("before", Utc.timestamp(before))
                .executeUpdate();
    }
}
